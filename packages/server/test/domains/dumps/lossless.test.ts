import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExactly, pythonNumber } from '../../../src/domains/labs/dumps/exact-json.ts'
import { DumpError } from '../../../src/domains/labs/dumps/index.ts'
import { readObjects } from '../../../src/domains/labs/dumps/read-objects.ts'

async function read(chunks: readonly (Uint8Array | string)[]): Promise<{ line: number; text: string }[]> {
  const found: { line: number; text: string }[] = []
  const bytes = chunks.map((chunk) => Buffer.from(chunk))
  for await (const { line, value } of readObjects(Readable.from(bytes)))
    found.push({ line, text: JSON.stringify(value) })
  return found
}

const refusal = async (text: string) => {
  const error = await read([text]).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DumpError)
  return (error as DumpError).message
}

describe('numbers of a dump', () => {
  test.each([
    '1.0',
    '0.1',
    '-0.0',
    '1e400',
    '12345678901234567890123',
    '1E5',
    '0.30000000000000004',
    '[1,1.0,{"a":2.50}]',
  ])('%s is written back as it was read', (text) => expect(JSON.stringify(parseExactly(text))).toBe(text))

  test.each([
    ['25', '25.0'],
    ['-0', '-0.0'],
    ['0.1', '0.1'],
    ['1e-05', '1e-05'],
    ['0.0001', '0.0001'],
    ['1e+15', '1000000000000000.0'],
    ['1e+16', '1e+16'],
    ['1.5e+300', '1.5e+300'],
    ['123456789.123', '123456789.123'],
  ])('a double that PostgreSQL writes %s is dumped as Python writes it: %s', (text, python) => {
    expect(pythonNumber(text)).toBe(python)
  })

  test('every double survives the form in which it is dumped', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(pythonNumber(Object.is(value, -0) ? '-0' : String(value))), value)).toBe(true)
      }),
    )
  })

  test('any JSON is written back as JavaScript would write it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(JSON.stringify(parseExactly(text)))).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('a dump is read', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))

  test('the same however the bytes arrive, packed or not, in a list or one per line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.boolean(),
        async (objects, size, packed, lines) => {
          const text = lines
            ? objects.map((one) => JSON.stringify(one)).join('\n') || '[]'
            : JSON.stringify(objects, null, 1)
          const bytes = packed ? gzipSync(text) : Buffer.from(text)
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
            bytes.subarray(at * size, at * size + size),
          )
          expect((await read(chunks)).map((one) => one.text)).toEqual(
            objects.map((one) => JSON.stringify(parseExactly(JSON.stringify(one)))),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  test('with the line on which each object begins', async () => {
    const found = await read(['[\n {\n  "a": "}{"\n },\n\n {"b": "\\"{"}\n]'])
    expect(found).toEqual([
      { line: 2, text: '{"a":"}{"}' },
      { line: 6, text: '{"b":"\\"{"}' },
    ])
  })

  test('with the numbers that Python writes and JSON does not know, but not inside texts', async () => {
    const [found] = await read(['[{"a": NaN, "b": [-Infinity, Infinity], "c": ": NaN,"}]'])
    expect(found?.text).toBe('{"a":"NaN","b":["-Infinity","Infinity"],"c":": NaN,"}')
  })

  test.each([
    ['cut off', '[\n{"model": "x",\n"pk"', /line 2: the file ends inside this object/],
    ['with a comma too many', '[\n{"a": 1},\n{\n"b": 2,\n}]', /line 5: not valid JSON/],
    ['a table', 'name,weight\nPv_0001,21\n', /not a dump.*name,weight/],
    ['empty', '', /not a dump/],
    ['with something between objects', '[{"a": 1} and {"b": 2}]', /line 1: not a dump.*"and"/],
    ['with a brace too many', '[{"a": 1}}]', /line 1: not a dump/],
  ])('and refused when it is %s', async (_, text, message) => {
    expect(await refusal(text)).toMatch(message)
  })

  test('and refused when the packed file is damaged or not UTF-8', async () => {
    const packed = gzipSync('[{"a": 1}]'.repeat(2000))
    await expect(read([packed.subarray(0, packed.length - 20)])).rejects.toThrow(/damaged or cut off/)
    await expect(read([Buffer.from([0x5b, 0x7b, 0xff, 0xfe])])).rejects.toThrow(/not UTF-8/)
  })
})
