import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Note } from '../../src/attempt/note.ts'
import { takeOutput } from '../../src/attempt/output-text.ts'

/** Takes output that arrives in pieces, as a worker reads a file that grows. */
function taken(pieces: readonly Buffer[]): { text: string; notes: Note[] } {
  let waiting = Buffer.alloc(0)
  let text = ''
  let atLineStart = true
  const notes: Note[] = []
  const take = (last: boolean) => {
    const one = takeOutput(waiting, atLineStart, last)
    waiting = waiting.subarray(one.bytes)
    atLineStart = one.atLineStart
    text += one.text
    notes.push(...one.notes)
  }
  for (const piece of pieces) {
    waiting = Buffer.concat([waiting, piece])
    take(false)
  }
  take(true)
  expect(waiting.length).toBe(0)
  return { text, notes }
}

const whole = (text: string | Buffer) => taken([Buffer.from(text)])
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end))
}

describe('output of a command', () => {
  test('keeps letters of every script and colours', () => {
    const text = 'température 37 °C — 数据 🐭\n\u001b[31mred\u001b[0m\n'

    expect(whole(text)).toEqual({ text, notes: [] })
  })

  test('shows what is no text, and NUL, by a sign for it', () => {
    expect(whole(Buffer.from([0x41, 0xff, 0x00, 0xc3, 0x0a])).text).toBe('A\ufffd\u2400\ufffd\n')
  })

  test('does not show lines that are meant for the worker', () => {
    expect(whole('before\n::alyx progress=0.4 message=Sorting shank 2\nafter\n')).toEqual({
      text: 'before\nafter\n',
      notes: [{ progress: 0.4, message: 'Sorting shank 2' }],
    })
  })

  test.each([
    '  ::alyx progress=0.4\n',
    'x ::alyx progress=0.4\n',
    '::alyx progress=much\n',
    '::alyxprogress=1\n',
    '::alyx',
  ])('shows %j, which is not meant for the worker', (line) => expect(whole(line)).toEqual({ text: line, notes: [] }))

  test('shows an endless line, whatever it begins with', () => {
    const text = `::alyx message=${'x'.repeat(20_000)}`

    expect(whole(text)).toEqual({ text, notes: [] })
  })

  test('gives the same text and the same words however it is cut into pieces', () => {
    const lines = fc.oneof(
      fc.constantFrom(
        '::alyx progress=0.5\n',
        '::alyx step=a message=b\n',
        '::alyx nonsense\n',
        '::aly',
        '\r',
        'é🐭',
        '\n',
      ),
      fc.string({ unit: 'binary' }),
    )
    const rubbish = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes))
    const output = fc
      .array(
        fc.oneof(
          lines.map((text) => Buffer.from(text)),
          rubbish,
        ),
        { maxLength: 20 },
      )
      .map((parts) => Buffer.concat(parts))

    fc.assert(
      fc.property(output, fc.array(fc.nat(), { maxLength: 8 }), (bytes, places) => {
        expect(taken(cut(bytes, places))).toEqual(whole(bytes))
      }),
      { numRuns: 2000 },
    )
  })
})
