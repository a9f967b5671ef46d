import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Checks } from './checks.ts'
import { composition, nginxProgram } from './composition.ts'

const run = promisify(execFile)

/** What can be tried of the containers without an engine that runs them. */
export async function tryContainers(checks: Checks): Promise<void> {
  checks.about('Containers')
  await checks.that('the configuration of their proxy is one, though no other container is there', async () => {
    const { folder } = await composition({ install: 'compose', media: 'public', outer_proxies: ['10.0.0.0/8'] })
    const own = ['access_log', 'error_log'].map((name) => new RegExp(`^  ${name} /dev/\\w+`, 'm'))
    const written = await run('cat', [join(folder, 'config/nginx.conf')])
    for (const line of own) assert.match(written.stdout, line)
    // Those of a container do not exist where this runs.
    const local = written.stdout.replaceAll(/\/dev\/std(?:out|err)/g, join(folder, 'logs/nginx.log'))
    await writeFile(join(folder, 'config/nginx.conf'), local)
    await run(nginxProgram()!, ['-t', '-c', join(folder, 'nginx.conf')])
  })
  if (!(await run('docker', ['compose', 'version']).catch(() => undefined))) {
    process.stdout.write('  no docker compose here: its own check is left out\n')
    return
  }
  await checks.that('docker compose finds nothing wrong with them', async () => {
    const { folder } = await composition({ install: 'compose', broker: true, monitoring: true, pgadmin: true })
    await run('docker', ['compose', '-f', join(folder, 'config/compose.yaml'), 'config', '--quiet'])
  })
}
