import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { datetimeText, jsonString, jsonText, pythonFloat, spacedJson } from '../../src/rest/python-json.ts'

describe('a float is written as Python writes it', () => {
  // Left: PostgreSQL's text of a float8. Right: repr() of the same number in Python 3.11.
  test.each([
    ['20', '20.0'],
    ['0', '0.0'],
    ['-0', '-0.0'],
    ['0.7000000000000001', '0.7000000000000001'],
    ['-4521.2', '-4521.2'],
    ['0.0001', '0.0001'],
    ['1e-05', '1e-05'],
    ['1.5e-07', '1.5e-07'],
    ['1e-100', '1e-100'],
    ['123456789012345', '123456789012345.0'],
    ['1e+15', '1000000000000000.0'],
    ['1.2345678901234567e+15', '1234567890123456.8'],
    ['9.999999999999998e+15', '9999999999999998.0'],
    ['1e+16', '1e+16'],
    ['1.2345678901234567e+19', '1.2345678901234567e+19'],
    ['1.7976931348623157e+308', '1.7976931348623157e+308'],
    ['5e-324', '5e-324'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['-Infinity', '-Infinity'],
  ])('%s -> %s', (stored, written) => {
    expect(pythonFloat(stored)).toBe(written)
    expect(pythonFloat(Number(stored))).toBe(written)
  })

  test('the text reads back as the same number and always shows that it is a float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = pythonFloat(number)

        expect(Number(text)).toBe(number)
        expect(text).toMatch(/\.|e/)
      }),
    )
  })
})

describe('a stored document', () => {
  test.each([
    { name: 'loses its blanks and keeps its order', stored: '{"b": 1, "aa": [1, 2]}', shown: '{"b":1,"aa":[1,2]}' },
    { name: 'keeps blanks inside strings', stored: '{"a b": "c, d: 1.50"}', shown: '{"a b":"c, d: 1.50"}' },
    { name: 'keeps floats floats', stored: '[1.0, 2.50, -0.0]', shown: '[1.0,2.5,-0.0]' },
    {
      name: 'keeps whole numbers of any size',
      stored: '[12345678901234567890123]',
      shown: '[12345678901234567890123]',
    },
    { name: 'rounds long floats as Python does', stored: '[0.1234567890123456789]', shown: '[0.12345678901234568]' },
    { name: 'understands exponents', stored: '[1e5, 1E-7, 1.5e+20]', shown: '[100000.0,1e-07,1.5e+20]' },
    { name: 'has no whole minus zero', stored: '[-0, 5]', shown: '[0,5]' },
    { name: 'keeps escaped quotes and backslashes', stored: '{"a\\"b": "c\\\\"}', shown: '{"a\\"b":"c\\\\"}' },
    { name: 'keeps other alphabets', stored: '["é😀"]', shown: '["é😀"]' },
    { name: 'writes characters for needless escapes', stored: '["\\u00e9\\/"]', shown: '["é/"]' },
    { name: 'keeps control characters escaped', stored: '["\\u0001\\n"]', shown: '["\\u0001\\n"]' },
    { name: 'escapes line separators', stored: '["\u2028\u2029"]', shown: '["\\u2028\\u2029"]' },
    { name: 'may be a bare word', stored: 'null', shown: 'null' },
    { name: 'may be a bare number', stored: ' 1.50 ', shown: '1.5' },
    { name: 'may be empty', stored: '{"a": {}, "b": []}', shown: '{"a":{},"b":[]}' },
  ])('$name', ({ stored, shown }) => expect(jsonText(stored)).toBe(shown))

  test('means the same after it was rewritten', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (json, indent) => {
        const spread = JSON.stringify(JSON.parse(json), null, indent)

        expect(JSON.parse(jsonText(spread))).toEqual(JSON.parse(json))
      }),
    )
  })

  test('may be ten thousand levels deep', () => {
    const deep = `${'['.repeat(10_000)}1.0${']'.repeat(10_000)}`

    expect(jsonText(deep)).toBe(deep)
  })

  test('of a million escaped quotes takes no longer than its length asks', () => {
    const stored = `"${'\\"'.repeat(1_000_000)}"`

    expect(jsonText(stored)).toBe(stored)
  })
})

test.each([
  ['plain', '"plain"'],
  ['quote " and \\', '"quote \\" and \\\\"'],
  ['<é> & /', '"<é> & /"'],
  ['tab\t line\n bell\u0007', '"tab\\t line\\n bell\\u0007"'],
  ['\u2028', '"\\u2028"'],
  ['half \ud800', '"half \\ud800"'],
])('the string %j is sent as %s', (text, sent) => expect(jsonString(text)).toBe(sent))

test('a document can be spread over lines with the indent that the client asked for', () => {
  const pretty = spacedJson('{"a":[1,{}],"b":[],"c":{"x":"a:b,c"}}', 2)

  expect(pretty).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": [],\n  "c": {\n    "x": "a:b,c"\n  }\n}')
})

test("a document can have Python's default blanks", () => {
  expect(spacedJson('{"a":[1,2],"b":"x,y:z"}')).toBe('{"a": [1, 2], "b": "x,y:z"}')
})

test('an indented document is what other JSON writers make of it', () => {
  const values = fc.jsonValue({ depthSize: 'medium' }).map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(values, (json) => {
      expect(spacedJson(json, 4)).toBe(JSON.stringify(JSON.parse(json), null, 4))
    }),
  )
})

test.each([
  ['2018-07-09 12:34:56+00', '2018-07-09T12:34:56'],
  ['2018-07-09 12:34:56.123+00', '2018-07-09T12:34:56.123000'],
  ['2018-07-09 12:34:56.000001+02', '2018-07-09T12:34:56.000001'],
  ['2018-07-09 12:34:56.12-03:30', '2018-07-09T12:34:56.120000'],
  ['1850-01-01 00:00:00+00:09:21', '1850-01-01T00:00:00'],
  ['2018-07-09 12:34:56', '2018-07-09T12:34:56'],
  ['infinity', 'infinity'],
])('the moment %s is sent as %s', (stored, sent) => expect(datetimeText(stored)).toBe(sent))
