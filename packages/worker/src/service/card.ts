import { hostname } from 'node:os'
import about from '../../package.json' with { type: 'json' }
import type { Configuration } from '../configuration/configuration.ts'
import type { Resources } from '../machine/resources.ts'
import type { MachineCard } from '../server/calls.ts'

/** What a worker says of itself when it comes. */
export function cardOf(configuration: Configuration, { cpu, ramGb, gpus }: Resources): MachineCard {
  const { name, labs, repositories, labels, slots, commands } = configuration
  return {
    name,
    host: hostname(),
    versions: { 'alyx-worker': about.version, node: process.versions.node },
    labs,
    repositories,
    executables: commands.flatMap(({ executables }) => executables),
    labels: [...new Set([...labels, ...commands.flatMap((command) => command.labels)])],
    cpu,
    gpu: gpus.length,
    ram_gb: ramGb,
    slots,
  }
}
