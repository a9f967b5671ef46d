#!/usr/bin/env -S node --max-semi-space-size=1 --heap-growing-percent=20
// Plain JavaScript, so that an old Node can read it and say what is wrong. The program itself is TypeScript, which Node
// runs directly from 22.18 and 24 on: a processing machine needs one of these, or the Node that `npm ci` brings.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

if (runsTypeScript(process.versions.node)) {
  stopWithLauncher()
  withoutRemarkOnTypes()
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const newer = installedNode(dirname(fileURLToPath(import.meta.url)))
  if (newer === undefined) {
    process.stderr.write(
      `alyx-worker needs Node 22.18 or newer, or 24, and this is Node ${process.versions.node}. ` +
        'Install one from https://nodejs.org, or run "npm ci" in the folder of Alyx, which brings one of its own.\n',
    )
    process.exitCode = 1
  } else {
    runWith(newer)
  }
}

function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number)
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
}

/** Node 22 remarks on every start that it takes types out, which nobody who runs a worker can do anything about. */
function withoutRemarkOnTypes() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...more) => {
    if (!String(warning).includes('Type Stripping')) emit.call(process, warning, ...more)
  }
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
  const child = spawn(program, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`${program} cannot be run: ${error.message}. Run "npm ci" in the folder of Alyx again.\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}

/** On the other end of `runWith`: a launcher that was killed cannot pass on a signal, and no worker must outlive it. */
function stopWithLauncher() {
  if (!process.channel) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
