import { describe, expect, test } from 'vitest'
import { environmentOf } from '../src/frame/environment.ts'
import { type Address, filtersOf, ordered, questionOf, withFilters, withParameter } from '../src/grid/address.ts'
import { translated } from '../src/grid/old-addresses.ts'
import { LOOKUPS, readFilterName } from '../src/grid/paths.ts'
import { meantBy, usualFilters } from '../src/grid/usual.ts'

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
  const usual = meantBy(usualFilters('subjects.subject'), 'me-1')
  const of = (address: Address, model = 'subjects.subject') =>
    translated(address, model, meantBy(usualFilters(model), 'me-1'))

  test('keep the usual filters that they did not say otherwise', () => {
    expect(of({ q: 'SW', p: '3', line__id__exact: 'abc' })).toEqual({
      search: 'SW',
      ...Object.fromEntries(usual.map(({ name, value }) => [name, value])),
      line: 'abc',
    })
    expect(of({ responsible_user: 'all', alive: 'n', breeder: 'all' })).toEqual({ death_date__isnull: 'false' })
    expect(of({ responsible_user: 'stock', alive: 'all', breeder: 'yes' })).toEqual({
      responsible_user__is_stock_manager: 'true',
      breeding: 'true',
    })
    expect(of({ responsible_user: 'all', alive: 'all', breeder: 'all' })).toEqual({ view: 'all' })
    expect(of({ todo: 'c', responsible_user: 'all', alive: 'all', breeder: 'all' })).toEqual({ to_be_culled: 'true' })
    expect(of({ status: 'p' }, 'subjects.breedingpair')).toEqual({
      start_date__isnull: 'false',
      end_date__isnull: 'false',
    })
    expect(of({ is_active: 'all' }, 'subjects.line')).toEqual({ view: 'all' })
    expect(of({ start_time__range__gte: '2026-01-01', users__id__exact: 'x' }, 'actions.session')).toEqual({
      start_time__date__gte: '2026-01-01',
      users: 'x',
    })
    expect(of({ 'Housing Current': 'All' }, 'misc.housing')).toEqual({ view: 'all' })
  })

  test('of these pages stay what they are', () => {
    for (const address of [{ search: 'SW', sex: 'F' }, { responsible_user: 'me-1' }, { view: 'all' }])
      expect(of(address)).toBe(address)
  })
})

test('the usual filters of a list name the person', () => {
  expect(meantBy(usualFilters('subjects.subject'), 'me-1')).toContainEqual({ name: 'responsible_user', value: 'me-1' })
  expect(usualFilters('data.tag')).toEqual([])
})

test('a server that is not the laboratory’s own is told by its host', () => {
  expect(environmentOf('localhost')).toBe('this machine')
  expect(environmentOf('alyx-dev.example.org')).toBe('test server')
  expect(environmentOf('dev.alyx.example.org')).toBe('test server')
  for (const host of ['alyx.example.org', 'devices.example.org']) expect(environmentOf(host)).toBeUndefined()
})
