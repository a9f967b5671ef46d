import { all } from '@alyx/models'
import { expect, test } from 'vitest'
import { dataDictionary } from '../../src/schema/index.ts'

const text = dataDictionary(all)

test.each(all.map(({ key }) => ({ key })))(
  'the data dictionary has a section on $key that links lead to',
  ({ key }) => {
    expect(text).toContain(`\n### ${key}\n`)
    expect(text).toContain(`(#${key.replace('.', '')})`)
  },
)

test('the data dictionary names units, choices and what happens on deletion', () => {
  const row = text.split('\n').find((line) => line.includes('| `implant_weight` |'))

  expect(row).toContain('Unit: g.')
  expect(text).toContain('`M` Male, `F` Female')
  expect(text).toContain('Deleted with it.')
})

test('every row of every table of the data dictionary has the same number of cells', () => {
  const rows = text.split('\n').filter((line) => line.startsWith('| '))

  expect(rows.filter((line) => line.replaceAll('\\|', '').split('|').length !== 9)).toEqual([])
})
