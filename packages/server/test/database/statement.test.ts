import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compiled, identifier, join, raw, Sql, sql, sqlBuilder } from '../../src/database/index.ts'

test('values become parameters, never text', () => {
  const nickname = `'; drop table subjects_subject; --`

  const statement = sql`select * from subjects_subject where nickname = ${nickname} and lab_id = ${7}`

  expect(statement.text).toBe('select * from subjects_subject where nickname = $1 and lab_id = $2')
  expect(statement.values).toEqual([nickname, 7])
})

test('a fragment inside a statement continues its numbering', () => {
  const recent = sql`start_time > ${'2026-01-01'}`

  const statement = sql`select * from ${identifier('public', 'actions_session')} where number = ${1} and ${recent} limit ${10}`

  expect(statement.text).toBe('select * from "public"."actions_session" where number = $1 and start_time > $2 limit $3')
  expect(statement.values).toEqual([1, '2026-01-01', 10])
})

test('a list is a parameter for each element', () => {
  expect(sql`x in (${join(['a', 'b'])})`.text).toBe('x in ($1, $2)')
  expect(join([sql`a = ${1}`, raw('b'), sql`c = ${2}`], ' and ').text).toBe('a = $1 and b and c = $2')
  expect(join([]).text).toBe('')
})

test('a name with quotes in it stays one name', () => {
  expect(identifier('odd"name').text).toBe('"odd""name"')
})

test('what Kysely builds becomes a statement', () => {
  const query = sqlBuilder.selectFrom('misc_lab').select('name').where('timezone', '=', 'UTC')

  expect(compiled(query)).toEqual({ text: 'select "name" from "misc_lab" where "timezone" = $1', values: ['UTC'] })
})

test('however fragments are nested, parameter n is value n', () => {
  // A leaf is a value; a branch is a fragment made of its children.
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.integer(),
      fc.array(tie('tree'), { maxLength: 4 }).map((parts) => join(parts)),
    ),
  }))

  fc.assert(
    fc.property(fc.array(tree), (parts) => {
      const statement = sql`f(${join(parts)})`
      const leaves = parts.flatMap(leavesOf)
      expect(statement.values).toEqual(leaves)
      expect(statement.text.match(/\$\d+/g) ?? []).toEqual(leaves.map((_, at) => `$${at + 1}`))
    }),
  )
})

const leavesOf = (part: unknown): readonly unknown[] => (part instanceof Sql ? part.values : [part])
