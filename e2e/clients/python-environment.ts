import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { root, temporaryFolder } from '../running/places.ts'

const run = promisify(execFile)

/**
 * Makes or updates a Python environment with the newest version of one package. Packages have environments of their
 * own, because some clients answer to the same name.
 *
 * @returns its Python
 * @throws Error with pip's words when there is none and none can be made
 */
export async function pythonWith(packageName: string): Promise<string> {
  const folder = join(root, 'e2e/clients/.venv', packageName)
  const python = join(folder, 'bin/python')
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder])
  try {
    await run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', packageName])
  } catch (error) {
    const installed = await run(python, ['-m', 'pip', 'show', packageName]).catch(() => undefined)
    if (installed === undefined) throw error
    process.stdout.write(`pip cannot look for a newer ${packageName}: using the one that is installed\n`)
  }
  return python
}

/** Runs a program of checks and passes on its lines. @returns its closing count */
export async function runChecks(python: string, script: string, words: readonly string[]) {
  const home = await temporaryFolder('home')
  const child = spawn(python, [join(root, 'e2e/clients/python', script), ...words], {
    // A home of its own: clients keep tokens there.
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      LANG: 'C.UTF-8',
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  atTheEnd(async () => child.kill())
  let written = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    written += text
    process.stdout.write(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaints += text
  })
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  const [, passed, failed] = /^(\d+) passed, (\d+) failed\s*$/m.exec(written) ?? []
  if (passed !== undefined && failed !== undefined) return { passed: Number(passed), failed: Number(failed) }
  process.stdout.write(`FAIL ${script} ended before its end:\n${complaints.slice(-4_000)}\n`)
  return { passed: written.match(/^ok /gm)?.length ?? 0, failed: 1 + (written.match(/^FAIL /gm)?.length ?? 0) }
}
