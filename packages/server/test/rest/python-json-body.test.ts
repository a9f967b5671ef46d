import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeJsonBody,
  hasNonFinite,
  type JsonObject,
  PythonFloat,
  parsePythonJson,
  pythonRepr,
  pythonStr,
  pythonTypeName,
  writePythonJson,
} from '../../src/rest/python-json-body.ts'

describe('a body that is not JSON is refused in the words of Python 3.11', () => {
  test.each([
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['  ', 'Expecting value: line 1 column 3 (char 2)'],
    ['{', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a"', "Expecting ':' delimiter: line 1 column 5 (char 4)"],
    ['{"a":', 'Expecting value: line 1 column 6 (char 5)'],
    ['{"a":1', "Expecting ',' delimiter: line 1 column 7 (char 6)"],
    ['{"a":1,}', 'Expecting property name enclosed in double quotes: line 1 column 8 (char 7)'],
    ['{"a":1, ', 'Expecting property name enclosed in double quotes: line 1 column 9 (char 8)'],
    ["{'a':1}", 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a":1 "b":2}', "Expecting ',' delimiter: line 1 column 8 (char 7)"],
    ['[1,]', 'Expecting value: line 1 column 4 (char 3)'],
    ['[1}', "Expecting ',' delimiter: line 1 column 3 (char 2)"],
    ['[] x', 'Extra data: line 1 column 4 (char 3)'],
    ['01', 'Extra data: line 1 column 2 (char 1)'],
    ['1.', 'Extra data: line 1 column 2 (char 1)'],
    ['-', 'Expecting value: line 1 column 1 (char 0)'],
    ['nul', 'Expecting value: line 1 column 1 (char 0)'],
    ['"abc', 'Unterminated string starting at: line 1 column 1 (char 0)'],
    ['"ab\\x"', 'Invalid \\escape: line 1 column 4 (char 3)'],
    ['"ab\\u12"', 'Invalid \\uXXXX escape: line 1 column 5 (char 4)'],
    ['"\\ud83d\\uzzzz"', 'Invalid \\uXXXX escape: line 1 column 9 (char 8)'],
    ['"\\u2028', 'Invalid \\uXXXX escape: line 1 column 3 (char 2)'],
    ['"a\nb"', 'Invalid control character at: line 1 column 3 (char 2)'],
    ['\n\n {"a":\n  x}', 'Expecting value: line 4 column 3 (char 11)'],
    ['{"é😀": x}', 'Expecting value: line 1 column 8 (char 7)'],
    ['\ufeff{}', 'Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)'],
    [
      '1'.repeat(4301),
      'Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; ' +
        'use sys.set_int_max_str_digits() to increase the limit',
    ],
  ])('%j: %s', (text, message) => {
    expect(() => parsePythonJson(text)).toThrow(expect.objectContaining({ name: 'PythonJsonError', message }))
  })

  test('a body of a million brackets is refused, not a crash', () => {
    expect(() => parsePythonJson('['.repeat(1_000_000))).toThrow('10000 levels')
  })
})

describe('a body', () => {
  // Right: repr() of what Python 3.11 reads.
  test.each([
    ['{"b": 1, "10": 2, "2": 3, "b": 4}', "{'b': 4, '10': 2, '2': 3}"],
    ['[NaN, Infinity, -Infinity, 1e400]', '[nan, inf, -inf, inf]'],
    ['[1, 1.0, 1E5, -0, -0.0, 12345678901234567890]', '[1, 1.0, 100000.0, 0, -0.0, 12345678901234567890]'],
    ['[true, false, null, [], {}, [ ], { }]', '[True, False, None, [], {}, [], {}]'],
    ['"\\ud83d\\ude00 \\/ \\b \\u00e9"', "'😀 / \\x08 é'"],
    ['["it\'s", "\\"", "\'\\"", "\\n\\\\"]', "[\"it's\", '\"', '\\'\"', '\\n\\\\']"],
    ['["\u200b\u00a0\u{e0001}"]', "['\\u200b\\xa0\\U000e0001']"],
    ['{"__proto__": 1}', "{'__proto__': 1}"],
  ])('%s is read as Python reads it', (text, repr) => expect(pythonRepr(parsePythonJson(text))).toBe(repr))

  test('keeps whole numbers and floats apart', () => {
    expect(parsePythonJson('[1, 1.0]')).toEqual([1, new PythonFloat(1)])
    expect(pythonStr(parsePythonJson('3.0'))).toBe('3.0')
    expect(pythonStr('text')).toBe('text')
  })

  test('is echoed in the order in which it was sent', () => {
    const body = parsePythonJson('{"z": [1.50, {}], "1": NaN, "a": "\u2028é"}') as JsonObject

    expect(writePythonJson(body)).toBe('{"z":[1.5,{}],"1":NaN,"a":"\\u2028é"}')
  })

  test('says whether a number in it is not finite, which JSON columns refuse', () => {
    expect(hasNonFinite(parsePythonJson('{"a": [1, {"b": NaN}]}'))).toBe(true)
    expect(hasNonFinite(parsePythonJson('{"a": [1, {"b": 1.5}], "c": "NaN"}'))).toBe(false)
  })

  test.each([
    ['null', 'NoneType'],
    ['true', 'bool'],
    ['"x"', 'str'],
    ['1', 'int'],
    ['99999999999999999999', 'int'],
    ['1.0', 'float'],
    ['[]', 'list'],
    ['{}', 'dict'],
  ])('%s is called %s in messages', (text, name) => expect(pythonTypeName(parsePythonJson(text))).toBe(name))

  test('of any shape is read as other JSON readers read it, and can be written again', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        const written = writePythonJson(parsePythonJson(json))

        expect(JSON.parse(written)).toEqual(JSON.parse(json))
        expect(writePythonJson(parsePythonJson(written))).toBe(written)
      }),
    )
  })

  test('of any text is either read or refused with a message', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\u',
      '1',
      '.5',
      'e',
      'NaN',
      ' ',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(pieces), (chosen) => {
        const text = chosen.join('')
        try {
          const value = parsePythonJson(text)
          expect(parsePythonJson(writePythonJson(value))).toEqual(value)
        } catch (error) {
          expect(error).toMatchObject({ name: 'PythonJsonError' })
          expect(() => JSON.parse(text)).toThrow()
        }
      }),
    )
  })
})

describe('the bytes of a body', () => {
  test('are UTF-8', () => expect(decodeJsonBody(Buffer.from('{"a":"é😀"}'))).toBe('{"a":"é😀"}'))

  test('may end inside a character, which is then missing', () => {
    expect(decodeJsonBody(Uint8Array.from([0x22, 0x61, 0xc3]))).toBe('"a')
  })

  test.each([
    [[0x22, 0xff], "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"],
    [[0xe2, 0x28], "'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte"],
    [[0xe2, 0x82, 0x28], "'utf-8' codec can't decode bytes in position 0-1: invalid continuation byte"],
    [[0xed, 0xa0, 0x80], "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte"],
    [[0xf4, 0x90, 0x80, 0x80], "'utf-8' codec can't decode byte 0xf4 in position 0: invalid continuation byte"],
    [[0xc0, 0xaf], "'utf-8' codec can't decode byte 0xc0 in position 0: invalid start byte"],
  ])('%j: %s', (bytes, message) => expect(() => decodeJsonBody(Uint8Array.from(bytes))).toThrow(message))
})
