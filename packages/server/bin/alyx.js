#!/usr/bin/env -S node --max-semi-space-size=16 --heap-growing-percent=50
// Plain JavaScript, so that an old Node can read it and say what is wrong. The program itself is TypeScript, which Node
// runs directly from version 24 on.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = 24

if (majorOf(process.versions.node) >= NEEDED) {
  const nodeModule = await import('node:module')
  // Halves the time of every start but the first: Node keeps the stripped and compiled files in the system's temporary folder.
  nodeModule.enableCompileCache?.()
  stopWithLauncher()
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const newer = installedNode(dirname(fileURLToPath(import.meta.url)))
  if (newer === undefined) {
    process.stderr.write(
      `Alyx needs Node ${NEEDED} or newer, and this is Node ${process.versions.node}. ` +
        `Run "npm ci" in the folder of Alyx, which brings a Node ${NEEDED} of its own, or install one from https://nodejs.org.\n`,
    )
    process.exitCode = 1
  } else {
    runWith(newer)
  }
}

function majorOf(version) {
  return Number(version.split('.')[0])
}

/** The Node that `npm ci` has installed in this folder or one above it. */
function installedNode(folder) {
  for (let at = folder; ; at = dirname(at)) {
    const program = join(at, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    if (existsSync(program)) return program
    if (dirname(at) === at) return undefined
  }
}

/** Becomes, as far as anybody can tell, the same command on another Node: same streams, signals and exit code. */
function runWith(program) {
  // A socket that systemd hands over is the fourth stream.
  const streams = process.env.LISTEN_FDS === '1' ? 4 : 3
  const child = spawn(program, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: [...Array(streams).fill('inherit'), 'ipc'],
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`${program} cannot be run: ${error.message}. Run "npm ci" in the folder of Alyx again.\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

/** On the other end of `runWith`: a launcher that was killed cannot pass on a signal, and a server must not outlive it. */
function stopWithLauncher() {
  if (!process.channel) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
