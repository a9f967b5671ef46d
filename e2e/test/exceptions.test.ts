import { expect, test } from 'vitest'
import { declaredExceptions } from '../conformance/exceptions.ts'

const page = (...rows: string[]) =>
  [
    '# Compatibility',
    '<!-- conformance:exceptions -->',
    '| Exchange | Why |',
    '|---|---|',
    ...rows,
    '<!-- /conformance:exceptions -->',
  ].join('\n')

test('the page names the exchanges that differ', () => {
  expect(declaredExceptions(page('| `labs-list` | our order |', '| `users-list` | `x` is a number |'))).toEqual(
    new Set(['labs-list', 'users-list']),
  )
})

test('a page without such a table allows nothing', () => {
  expect(declaredExceptions('| `labs-list` | a table of something else |')).toEqual(new Set())
})

test('an exchange that differs without a reason is a mistake', () => {
  expect(() => declaredExceptions(page('| `labs-list` |  |'))).toThrow('no reason for labs-list')
})

test('an exchange named twice is a mistake', () => {
  expect(() => declaredExceptions(page('| `labs-list` | one |', '| `labs-list` | two |'))).toThrow(
    'names labs-list twice',
  )
})
