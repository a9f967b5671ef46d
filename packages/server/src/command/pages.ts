import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUILDER = fileURLToPath(new URL('../../../web/build.ts', import.meta.url))

/** What became of a build; what the builder said when it failed. */
export interface Built {
  readonly ok: boolean
  readonly said: string
}

/**
 * Builds the web application unless its files are there and new: a second or five in a process of its own, so that the
 * server neither waits nor keeps what a build needs.
 *
 * @param signal ends a build that nobody waits for any more
 */
export function buildPages(signal?: AbortSignal): Promise<Built> {
  if (!existsSync(BUILDER)) return Promise.resolve({ ok: true, said: '' })
  return new Promise((resolve) => {
    let said = ''
    const child = spawn(process.execPath, [BUILDER], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        said += bytes.toString()
      })
    child.on('error', (error) => resolve({ ok: false, said: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, said: said.trim() }))
  })
}
