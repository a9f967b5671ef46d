import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { root, temporaryFolder } from '../running/places.ts'

const run = promisify(execFile)

export interface Packages {
  /** With everything that they ask for. */
  readonly packages: readonly string[]
  /** Without what they ask for. */
  readonly alone: readonly string[]
}

/**
 * Makes or updates a Python environment with the newest versions of some packages.
 *
 * @returns its Python
 * @throws Error with pip's words when there is none and none can be made
 */
export async function pythonWith(name: string, { packages, alone }: Packages): Promise<string> {
  const folder = join(root, 'e2e/clients/.venv', name)
  const python = join(folder, 'bin/python')
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder])
  const install = (...words: readonly string[]) =>
    run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', '--disable-pip-version-check', ...words])
  try {
    await install(...packages)
    if (alone.length > 0) await install('--no-deps', ...alone)
  } catch (error) {
    const plain = [...packages, ...alone].map((each) => each.replace(/\[.*/, ''))
    const installed = await run(python, ['-m', 'pip', 'show', ...plain]).catch(() => undefined)
    if (installed === undefined || installed.stdout.match(/^Name: /gm)?.length !== plain.length) throw error
    process.stdout.write(`pip cannot look for newer ${plain.join(', ')}: using those that are installed\n`)
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
