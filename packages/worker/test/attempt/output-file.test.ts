import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AttemptFolder } from '../../src/attempt/folder.ts'
import { OutputFile } from '../../src/attempt/output-file.ts'

const MB = 1e6

let folder: AttemptFolder
beforeEach(async () => {
  folder = new AttemptFolder(await mkdtemp(join(tmpdir(), 'alyx-worker-')))
  await appendFile(folder.output, '')
})
afterEach(() => rm(folder.path, { recursive: true, force: true }))

/** Takes all that is there as if a server had it. */
async function sendAll(output: OutputFile, last = false): Promise<string> {
  let text = ''
  for (let piece = await output.next(last); piece; piece = await output.next(last)) {
    output.confirm(piece.after)
    text += piece.text
  }
  return text
}

describe('output on disk', () => {
  test('goes on where it was after a crash, with the same place in the log', async () => {
    await appendFile(folder.output, 'é one\n::alyx progress=0.5\ntwo')
    const before = new OutputFile(folder, MB)
    expect(await sendAll(before)).toBe('é one\ntwo')
    await before.close()

    await appendFile(folder.output, ' three\n')
    const after = new OutputFile(folder, MB)

    expect(after.sent.offset).toBe(Buffer.byteLength('é one\ntwo'))
    expect(await sendAll(after, true)).toBe(' three\n')
    await after.close()
  })

  test('that was not confirmed is given again, the same', async () => {
    await appendFile(folder.output, 'one\n')
    const output = new OutputFile(folder, MB)
    const first = await output.next(false)
    await appendFile(folder.output, 'two\n')

    expect((await output.next(false))!.text.startsWith(first!.text)).toBe(true)
    await output.close()
  })

  test('that nobody can take keeps its beginning and its end, and says how much is missing', async () => {
    const output = new OutputFile(folder, MB)
    await appendFile(folder.output, 'the beginning\n')
    const beginning = await sendAll(output)
    await appendFile(folder.output, 'x'.repeat(99).concat('\n').repeat(50_000))
    await appendFile(folder.output, 'the end\n')

    const rest = await sendAll(output)

    const [, missing] = /\[alyx-worker: (\d+) bytes of output were left out here/.exec(rest)!
    const kept = rest.slice(rest.indexOf(']\n') + 2)
    expect(beginning).toBe('the beginning\n')
    expect(kept.endsWith('the end\n')).toBe(true)
    expect(Number(missing) + kept.length).toBe(5 * MB + 'the end\n'.length)
    expect((await stat(folder.output)).size).toBe(0)
    await appendFile(folder.output, 'after\n')
    expect(await sendAll(output, true)).toBe('after\n')
    await output.close()
  })

  test('gives the disk back once it has been sent, when there is much of it', async () => {
    const output = new OutputFile(folder, MB)
    for (let part = 0; part < 15; part += 1) {
      await appendFile(folder.output, `${'y'.repeat(99_999)}\n`)
      await sendAll(output)
    }

    expect((await stat(folder.output)).size).toBeLessThan(MB)
    expect(output.sent.offset).toBe(1_500_000)
    await output.close()
  })
})
