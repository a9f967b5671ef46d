import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pageLinks, pageOf, parseQuery } from '../../src/rest/page-links.ts'
import { asciiDigits, pythonInt } from '../../src/rest/python-int.ts'

const ADDRESS = 'http://lab.example/subjects'

function linksOf(search: string, count: number) {
  const query = parseQuery(search)
  return pageLinks(ADDRESS, query, pageOf(query), count)
}

describe('a query string is read as Django reads it', () => {
  // Right: QueryDict of Django 5.2, names with all their values.
  test.each([
    ['', []],
    ['&a=b&', [['a', ['b']]]],
    [
      'b=2&a=1&b=3',
      [
        ['b', ['2', '3']],
        ['a', ['1']],
      ],
    ],
    [
      'a&b=',
      [
        ['a', ['']],
        ['b', ['']],
      ],
    ],
    ['a=1;b=2', [['a', ['1;b=2']]]],
    ['a=b=c', [['a', ['b=c']]]],
    ['=x', [['', ['x']]]],
    ['a=x%20y+z%2B%2C', [['a', ['x y z+,']]]],
    ['a=%zz%4', [['a', ['%zz%4']]]],
    ['a=%C3%A9%e2%82%ac', [['a', ['é€']]]],
    ['a=%ffb%E2%82c', [['a', ['\ufffdb\ufffdc']]]],
    ['a=%EF%BB%BFx', [['a', ['\ufeffx']]]],
  ])('%s', (search, lists) => expect([...parseQuery(search).lists()]).toEqual(lists))

  test('raw bytes of another alphabet are UTF-8, or else one character per byte', () => {
    const utf8 = Buffer.from('name=é').toString('latin1')

    expect(parseQuery(utf8).get('name')).toBe('é')
    expect(parseQuery('name=\xe9').get('name')).toBe('é')
    expect(parseQuery(Buffer.from('name=é')).get('name')).toBe('é')
  })

  test('the last of repeated values counts where one is asked for', () => {
    const query = parseQuery('lab=a&lab=b')

    expect(query.get('lab')).toBe('b')
    expect(query.getAll('lab')).toEqual(['a', 'b'])
    expect(query.has('lab')).toBe(true)
    expect(query.get('subject')).toBeUndefined()
    expect(query.getAll('subject')).toEqual([])
  })

  test('more than ten thousand parameters are refused', () => {
    const fields = (count: number) => Array(count).fill('a=1').join('&')

    expect(parseQuery(fields(10_000)).getAll('a')).toHaveLength(10_000)
    expect(() => parseQuery(fields(10_001))).toThrow(expect.objectContaining({ name: 'TooManyFields' }))
  })

  test('any text is read', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void [...parseQuery(text).lists()]))
  })
})

describe('the page asked for', () => {
  test.each([
    ['', { limit: 250, offset: 0 }],
    ['limit=3&offset=4', { limit: 3, offset: 4 }],
    ['limit=1001', { limit: 1000, offset: 0 }],
    ['limit=0', { limit: 250, offset: 0 }],
    ['limit=-1&offset=-1', { limit: 250, offset: 0 }],
    ['limit=3.0&offset=abc', { limit: 250, offset: 0 }],
    ['limit=3&offset=100&limit=4', { limit: 4, offset: 100 }],
    ['limit=+1_0+&offset=%D9%A3', { limit: 10, offset: 3 }],
    [`offset=${'9'.repeat(30)}`, { limit: 250, offset: Number.MAX_SAFE_INTEGER }],
  ])('%s', (search, page) => expect(pageOf(parseQuery(search))).toEqual(page))
})

describe('links to the next and the previous page', () => {
  test('keep every other parameter, sorted by name, in the encoding that clients cut apart', () => {
    expect(linksOf('b=x%20y%2Cz&a=1&a=2&limit=1', 3)).toEqual({
      next: `${ADDRESS}?a=1&a=2&b=x+y%2Cz&limit=1&offset=1`,
      previous: null,
    })
  })

  test.each([
    { search: 'limit=2', count: 2, next: null, previous: null },
    { search: 'limit=2', count: 3, next: 'limit=2&offset=2', previous: null },
    { search: 'limit=2&offset=1', count: 5, next: 'limit=2&offset=3', previous: 'limit=2' },
    { search: 'limit=2&offset=2', count: 5, next: 'limit=2&offset=4', previous: 'limit=2' },
    { search: 'limit=2&offset=3', count: 5, next: null, previous: 'limit=2&offset=1' },
    { search: 'offset=260', count: 500, next: null, previous: 'limit=250&offset=10' },
    { search: 'limit=5000', count: 1001, next: 'limit=1000&offset=1000', previous: null },
    { search: 'limit=1&limit=2', count: 3, next: 'limit=2&offset=2', previous: null },
    { search: 'name=&x', count: 500, next: 'limit=250&name=&offset=250&x=', previous: null },
    { search: "q=a~!('*)%2F", count: 500, next: 'limit=250&offset=250&q=a~%21%28%27%2A%29%2F', previous: null },
    { search: 'q=%ff', count: 500, next: 'limit=250&offset=250&q=%EF%BF%BD', previous: null },
    {
      search: '%F0%9F%98%80=1&%EF%BC%A1=2',
      count: 500,
      next: 'limit=250&offset=250&%EF%BC%A1=2&%F0%9F%98%80=1',
      previous: null,
    },
  ])('?$search of $count rows', ({ search, count, next, previous }) => {
    expect(linksOf(search, count)).toEqual({
      next: next && `${ADDRESS}?${next}`,
      previous: previous && `${ADDRESS}?${previous}`,
    })
  })

  test('followed one after another show every row once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(500), (limit, count) => {
        let shown = 0
        let search: string | undefined = `limit=${limit}&name=caf%C3%A9+1`
        while (search !== undefined) {
          const page = pageOf(parseQuery(search))
          expect(page.offset).toBe(shown)
          shown += Math.min(page.limit, count - page.offset)
          search = linksOf(search, count).next?.split('?')[1]
        }

        expect(shown).toBe(count)
      }),
    )
  })
})

describe('a whole number', () => {
  test.each([
    ['12', 12n],
    [' -12\n', -12n],
    ['+1_000', 1000n],
    ['٣٤', 34n],
    ['３', 3n],
    ['𝟗', 9n],
    ['99999999999999999999', 99999999999999999999n],
    ['1__0', undefined],
    ['1.0', undefined],
    ['', undefined],
    ['-', undefined],
    ['²', undefined],
    ['1'.repeat(4301), undefined],
  ])('%j is %s', (text, value) => expect(pythonInt(text)).toBe(value))

  test('may be written in any script', () => expect(asciiDigits('Ⅳ ٢٠٢٦ a７')).toBe('Ⅳ 2026 a7'))
})
