import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FilterError, parseDjangoFilter } from '../../src/query/index.ts'

const pair = (path: string, value: unknown, negate = false) => ({ path, negate, value })
const number = (text: string) => ({ number: text, value: Number(text) })

describe('an expression is pairs of path and value', () => {
  test.each([
    { text: '', means: [] },
    { text: 'name,x', means: [pair('name', 'x')] },
    { text: ' name,x ', means: [pair('name', 'x')] },
    { text: 'name,', means: [pair('name', '')] },
    { text: 'name,x,~qc__gte,40', means: [pair('name', 'x'), pair('qc__gte', number('40'), true)] },
    { text: 'name,x,~name,x', means: [pair('name', 'x'), pair('name', 'x', true)] },
    { text: 'description,two words ,lab,None', means: [pair('description', 'two words '), pair('lab', null)] },
    { text: 'log__icontains,TimeoutError: [Errno 110]', means: [pair('log__icontains', 'TimeoutError: [Errno 110]')] },
    { text: 'text,f(a, b)', means: [pair('text', 'f(a, b)')] },
    { text: 'name,[1', means: [pair('name', '[1')] },
  ])('$text', ({ text, means }) => expect(parseDjangoFilter(text)).toEqual(means))

  test.each([
    { text: 'name', because: 'every path needs a value' },
    { text: 'sex,M;nickname,x', because: '"x" has none' },
    { text: 'name,a,name,b', because: 'stands twice' },
    { text: 'name,a\0b', because: 'Null characters are not allowed.' },
    { text: 'na\0me,a', because: 'Null characters are not allowed.' },
    { text: 'name,\ud800', because: 'half of a character' },
    { text: `name,${'a'.repeat(100_000)}`, because: 'too long' },
    { text: `name,${'9'.repeat(100_000)}`, because: 'too many digits' },
    { text: Array.from({ length: 101 }, (_, at) => `json__k${at},1`).join(','), because: '100 conditions at most' },
  ])('refused: $because', ({ text, because }) => {
    expect(() => parseDjangoFilter(text)).toThrow(because)
    expect(() => parseDjangoFilter(text)).toThrow(FilterError)
  })
})

describe('a value means what it looks like', () => {
  test.each([
    { value: 'None', means: null },
    { value: 'none', means: 'none' },
    { value: 'true', means: true },
    { value: 'FALSE', means: false },
    { value: '142', means: number('142') },
    { value: '007', means: number('007') },
    { value: '14.2', means: number('14.2') },
    { value: '5.', means: number('5.') },
    { value: '.5', means: number('.5') },
    { value: '1.5.2', means: '1.5.2' },
    { value: '-1', means: '-1' },
    { value: '1e5', means: '1e5' },
    { value: '"CL001"', means: '"CL001"' },
    { value: '["a", \'b\']', means: ['a', 'b'] },
    { value: '("a")', means: 'a' },
    { value: '("a",)', means: ['a'] },
    { value: '()', means: [] },
    { value: '[]', means: [] },
    {
      value: '[(1,), (2, 3), (None, True, False)]',
      means: [[number('1')], [number('2'), number('3')], [null, true, false]],
    },
    { value: '[-1, +2, 1e3, 1_000, .5, 5.]', means: ['-1', '+2', '1e3', '1000', '.5', '5.'].map(number) },
    { value: String.raw`["a\"b\'\\\n\x41\u00e9\U0001F42D\101\q"]`, means: [`a"b'\\\nAé🐭A\\q`] },
    { value: `[u'old', "it's"]`, means: ['old', "it's"] },
    {
      value: '({"a": [1], "b": None},)',
      means: [
        {
          entries: [
            ['a', [number('1')]],
            ['b', null],
          ],
        },
      ],
    },
  ])('$value', ({ value, means }) => expect(parseDjangoFilter(`path,${value}`)).toEqual([pair('path', means)]))

  test.each([
    '[a, b]',
    '[__import__("os")]',
    '[1 + 1]',
    '["a" "b"]',
    '["a)',
    '["a]',
    '[1,,2]',
    '[1][0]',
    '[nan]',
    '[inf]',
    '[b"a"]',
    '[f"{x}"]',
    '[lambda: 1]',
    '[x for x in "ab"]',
    '(1).__class__)',
    String.raw`["\x4"]`,
    String.raw`["\U00110000"]`,
    String.raw`["\x00"]`,
    String.raw`["\ud800"]`,
  ])('nothing but literals in brackets: %s', (value) => {
    expect(() => parseDjangoFilter(`path,${value}`)).toThrow(FilterError)
  })
})

test('brackets nest to a depth that no honest list needs', () => {
  expect(() => parseDjangoFilter(`path,[${'('.repeat(50_000)}]`)).toThrow('nested at most 20 deep')
})

test('any text is read or refused, in time that grows with its length', () => {
  const alphabet = fc.constantFrom(...`[](){}"'\\,~_ .-1eE0xuUabNoneTrue\n\0é🐭:`)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: alphabet })), (text) => {
      try {
        parseDjangoFilter(text)
      } catch (error) {
        expect(error).toBeInstanceOf(FilterError)
      }
    }),
    { numRuns: 5000 },
  )
})

test('long lists and hostile repetitions are read at once', () => {
  const long = `["${Array.from({ length: 10_000 }, (_, at) => `name${at}`).join('", "')}"]`
  const hostile = [
    `a,${'1'.repeat(100_000)}x`,
    `a,["${'\\'.repeat(100_000)}"]`,
    `a,[${'1_'.repeat(50_000)}]`,
    '(['.repeat(50_000),
  ]

  const start = performance.now()
  expect(parseDjangoFilter(`name__in,${long}`)[0]?.value).toHaveLength(10_000)
  for (const text of hostile) {
    try {
      parseDjangoFilter(text)
    } catch (error) {
      expect(error).toBeInstanceOf(FilterError)
    }
  }

  expect(performance.now() - start).toBeLessThan(1000)
})
