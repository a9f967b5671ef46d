import { all, fieldsWithInherited, type Model, modelNamed, relationsOf } from '@alyx/models'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InvalidText, type Statement } from '../../src/database/index.ts'
import { FilterError } from '../../src/query/index.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { expressionStatement, smallLaboratory } from './laboratory.ts'

let laboratory: ScratchDatabase
beforeAll(async () => {
  laboratory = await smallLaboratory()
})
afterAll(() => laboratory.drop())

const LOOKUPS =
  'exact iexact contains icontains startswith istartswith endswith iendswith gt gte lt lte in range isnull regex iregex date year iso_year month day week week_day iso_week_day quarter time hour minute second has_key has_keys has_any_keys contained_by overlap len 0 1 0_2 k zz constructor __proto__'.split(
    ' ',
  )
const names = (model: Model): string[] => [
  ...Object.keys(fieldsWithInherited(model)),
  ...relationsOf(model).keys(),
  'pk',
  'lab_id',
  'password',
  'key',
]

/** Mostly one, so that enough expressions mean something. */
const lookups = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...LOOKUPS), { maxLength: 1 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...LOOKUPS), { maxLength: 3 }) },
)

/** A path that wanders over relations as they are declared, and ends in any lookups. */
const path = (start: Model): fc.Arbitrary<string> =>
  fc.tuple(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), lookups).map(([choices, ends]) => {
    const walked: string[] = []
    let model: Model | undefined = start
    for (const choice of choices) {
      if (!model) break
      const known: string[] = names(model)
      const name: string = known[choice % known.length]!
      walked.push(name)
      model = relationsOf(model).get(name)?.to
    }
    return [...walked, ...ends].join('__')
  })

/** Marks every text of a value, so that it is recognised wherever it should not be. */
const MARK = 'q7x'
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(`'; drop table misc_lab; --`, '"', '$1', '\\', '%', 'é🐭', '(', '*', '{}', '-1', '1e400', 'nan'),
)
const value = fc.oneof(
  text.map((one) => `${MARK}${one.replaceAll(/[[\](),]/g, '')}`),
  text.map((one) => one.replaceAll(/[[\](),]/g, '')),
  fc.constantFrom('None', 'True', 'false', '3', '0.5', '99999999999999999999', '9'.repeat(400), ''),
  fc.constantFrom('2024-02-29', '2024-02-29T12:00:00.123456', '9999-12-31', '0001-01-01', '12:30'),
  fc.constantFrom('00000000-0000-4000-8000-000000000001', '["00000000-0000-4000-8000-000000000001"]'),
  fc.constantFrom(
    '[]',
    '[1, 2]',
    '["a", "b"]',
    '(None, 1.5)',
    '({"a": [1]})',
    '["2024-01-01", "2025-01-01"]',
    '[1e400]',
  ),
  fc.constantFrom('[(1,), (2,)]', '["\\x00"]', '[[', '[-1, 1e400]', '[True, False]'),
  fc
    .array(text, { maxLength: 3 })
    .map((many) => `[${many.map((one) => JSON.stringify(MARK + one.replaceAll(']', ''))).join(', ')}]`),
)

const MODELS = all.filter((model) => !['authtoken.token', 'sessions.session'].includes(model.key))
const expression = fc.constantFrom(...MODELS).chain((model) =>
  fc.array(fc.tuple(fc.constantFrom('', '', '~'), path(model), value), { minLength: 1, maxLength: 2 }).map((pairs) => ({
    key: model.key,
    asked: pairs.map(([not, where, what]) => `${not}${where},${what}`).join(','),
  })),
)

/** The statement of an expression, or undefined when it is refused. */
function statementOrRefusal(key: string, asked: string): Statement | undefined {
  try {
    return expressionStatement(key, asked)
  } catch (error) {
    expect(error, asked).toBeInstanceOf(FilterError)
    return undefined
  }
}

/** About a tenth of what chance makes up has a meaning; the rest is refused. */
const ENOUGH = 700

test('whatever is asked, the answer is a refusal or a statement whose text holds no value and no credential', () => {
  let compiled = 0
  fc.assert(
    fc.property(expression, ({ key, asked }) => {
      const statement = statementOrRefusal(key, asked)
      if (!statement) return
      compiled += 1
      expect(statement.text).not.toContain(MARK)
      expect(statement.text).not.toMatch(/password|authtoken|django_session|serialized_data|drop table|;|--/)
    }),
    { numRuns: 10_000 },
  )
  expect(compiled, 'enough of them to prove something').toBeGreaterThan(ENOUGH)
})

test('what compiles is accepted by PostgreSQL, but for regular expressions that are none', {
  timeout: 60_000,
}, async () => {
  const statements: { asked: string; statement: Statement }[] = []
  for (const { key, asked } of fc.sample(expression, 10_000)) {
    const statement = statementOrRefusal(key, asked)
    if (statement) statements.push({ asked, statement })
  }
  expect(statements.length, 'enough of them to prove something').toBeGreaterThan(ENOUGH)

  for (const { asked, statement } of statements.slice(0, 1000)) {
    try {
      await laboratory.database.rows(statement)
    } catch (error) {
      expect(asked, String(error)).toMatch(/regex/)
      expect(error).toBeInstanceOf(InvalidText)
    }
  }
})

test('every lookup on every field of four models that hold all kinds of field runs, or says why not', {
  timeout: 60_000,
}, async () => {
  const values = [
    '1',
    'None',
    'True',
    'a',
    '2024-01-31',
    '[1, 2]',
    '["a"]',
    '10:30',
    '00000000-0000-4000-8000-000000000001',
  ]
  const statements = new Map<string, Statement>()
  for (const key of ['subjects.subject', 'actions.session', 'experiments.fovlocation', 'data.dataset']) {
    for (const name of names(modelNamed(key))) {
      for (const lookup of LOOKUPS) {
        for (const one of values) {
          const asked = `${name}__${lookup},${one}`
          const statement = statementOrRefusal(key, asked)
          if (statement) statements.set(`${key} ${statement.text}`, statement)
        }
      }
    }
  }

  expect(statements.size).toBeGreaterThan(500)
  for (const [asked, statement] of statements)
    await expect(laboratory.database.rows(statement), asked).resolves.toBeDefined()
})
