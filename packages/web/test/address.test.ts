import { describe, expect, test } from 'vitest'
import { filtersOf, ordered, questionOf, withFilters, withParameter } from '../src/grid/address.ts'
import { translated } from '../src/grid/old-addresses.ts'
import { LOOKUPS, readFilterName } from '../src/grid/paths.ts'
import { usualFilters } from '../src/grid/usual.ts'

describe('the address of a list', () => {
  test('keeps search, order and columns when filters change', () => {
    const address = { search: 'sw', columns: 'nickname', sex: 'F', line: ['a', 'b'] }

    const filters = filtersOf(address)
    const without = withFilters(
      address,
      filters.filter(({ name }) => name !== 'line'),
    )

    expect(filters).toEqual([
      { name: 'sex', value: 'F' },
      { name: 'line', value: 'a' },
      { name: 'line', value: 'b' },
    ])
    expect(without).toEqual({ search: 'sw', columns: 'nickname', sex: 'F' })
  })

  test('says that everything is wanted once the last filter is taken away, so that the usual ones stay away', () => {
    expect(withFilters({ sex: 'F' }, [])).toEqual({ view: 'all' })
  })

  test('asks the server for neither columns nor the word "all"', () => {
    expect(questionOf({ view: 'all', columns: 'nickname', search: 'sw', sex: 'F' })).toEqual({ search: 'sw', sex: 'F' })
  })

  test('loses a parameter that was emptied', () => {
    expect(withParameter({ search: 'sw', sex: 'F' }, 'search', '')).toEqual({ sex: 'F' })
  })
})

describe('ordering by a column', () => {
  test('rises, falls, and is as before', () => {
    expect(ordered([], 'sex', false)).toEqual(['sex'])
    expect(ordered(['sex'], 'sex', false)).toEqual(['-sex'])
    expect(ordered(['-sex'], 'sex', false)).toEqual([])
  })

  test('keeps other columns when asked to', () => {
    expect(ordered(['lab'], 'sex', true)).toEqual(['lab', 'sex'])
    expect(ordered(['lab'], 'sex', false)).toEqual(['sex'])
  })
})

describe('a filter parameter', () => {
  test.each([
    ['birth_date__gte', { negated: false, path: 'birth_date', lookup: 'gte' }],
    ['~death_date__isnull', { negated: true, path: 'death_date', lookup: 'isnull' }],
    ['subject__lab__name__icontains', { negated: false, path: 'subject.lab.name', lookup: 'icontains' }],
    ['start_time__date__gte', { negated: false, path: 'start_time', lookup: 'date__gte' }],
    // A field may be called like a comparison: the first word is always a field.
    ['date', { negated: false, path: 'date', lookup: '' }],
  ])('%s', (name, parts) => {
    expect(readFilterName(name, LOOKUPS)).toEqual(parts)
  })
})

describe('bookmarks of Alyx', () => {
  test('are translated', () => {
    expect(translated({ q: 'SW', p: '3', line__id__exact: 'abc' })).toEqual({ search: 'SW', line: 'abc' })
  })

  test('of these pages stay what they are', () => {
    const address = { search: 'SW', sex: 'F' }
    expect(translated(address)).toBe(address)
  })
})

test('the usual filters of a list name the person', () => {
  expect(usualFilters('subjects.subject', 'me-1')).toContainEqual({ name: 'responsible_user', value: 'me-1' })
  expect(usualFilters('data.tag', 'me-1')).toEqual([])
})
