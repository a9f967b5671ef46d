import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literal, normalised, quoted } from '../../src/schema/identifiers.ts'
import { derivedName, implicitName } from '../../src/schema/names.ts'

const word = fc.stringMatching(/^[a-z][a-z_]{0,60}$/)

describe('names of indexes and constraints', () => {
  // Names of a database that Django made.
  test.each([
    { table: 'data_dataset', columns: ['session_id'], suffix: '', name: 'data_dataset_session_id_ab72710b' },
    { table: 'auth_group', columns: ['name'], suffix: '_like', name: 'auth_group_name_a6ea08ec_like' },
    {
      table: 'data_dataset',
      columns: ['provenance_directory_id'],
      suffix: '_fk_data_dataset_id',
      name: 'data_dataset_provenance_directory_f294296a_fk_data_data',
    },
    {
      table: 'actions_waterrestriction_procedures',
      columns: ['waterrestriction_id', 'proceduretype_id'],
      suffix: '_uniq',
      name: 'actions_waterrestriction_waterrestriction_id_proc_5aa54345_uniq',
    },
  ])('$name', ({ table, columns, suffix, name }) => {
    expect(derivedName(table, columns, suffix)).toBe(name)
  })

  test('fit into what PostgreSQL keeps, whatever they are made of', () => {
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1, maxLength: 5 }), word, (table, columns, suffix) => {
        expect(derivedName(table, columns, `_${suffix}`).length).toBeLessThanOrEqual(63)
        expect(implicitName(table, columns[0] ?? '', 'check').length).toBeLessThanOrEqual(63)
      }),
    )
  })
})

test.each([
  { name: 'start_time', written: 'start_time' },
  { name: 'lateral', written: '"lateral"' },
  { name: 'Mixed', written: '"Mixed"' },
  { name: 'a"b', written: '"a""b"' },
])('the name $name is written $written', ({ name, written }) => {
  expect(quoted(name)).toBe(written)
})

test('quotes that only some versions of PostgreSQL print make no difference', () => {
  expect(normalised('UNIQUE (axial, "lateral", "json")')).toBe('UNIQUE (axial, "lateral", json)')
})

test.each(["it's", 'back\\slash', "both \\ and '"])('the text %s survives being written into SQL', (text) => {
  const written = literal(text)

  expect(written.endsWith("'")).toBe(true)
  const inner = written.slice(written.indexOf("'") + 1, -1).replaceAll("''", "'")
  expect(written.startsWith('E') ? inner.replaceAll('\\\\', '\\') : inner).toBe(text)
})
