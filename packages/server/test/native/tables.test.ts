import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { cell } from '../../src/native/csv.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
}, 120_000)
afterAll(() => lab?.close())

describe('a cell', () => {
  test.each([
    ['plain', 'plain'],
    ['with, comma', '"with, comma"'],
    ['with "quotes"', '"with ""quotes"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+2', "'=1+2"],
    ['@here', "'@here"],
    ['+1', "'+1"],
    ['-', "'-"],
    ['\ttab', "'\ttab"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['', ''],
  ])('of %j is written %j', (text, written) => {
    expect(cell(text)).toBe(written)
  })
})

describe('a table', () => {
  test('shows titles of other rows, moments with their offset, and negative numbers as numbers', async () => {
    const { body } = await lab.get(
      '/api/v1/experiments/trajectoryestimate/export.csv?fields=probe_insertion,datetime,x,y&y__lt=0&ordering=id',
    )
    const [head, first = ''] = body.split('\r\n')

    expect(head).toBe('id,probe_insertion,datetime,x,y')
    expect(first).toMatch(
      /^[\da-f-]{36},probe\d\d \S+ [\d-]+ [\d:]+,\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d,-?[\d.]+,-[\d.]+$/,
    )
  })

  test('holds every row once, in order, over more than one batch', async () => {
    await lab.database.execute(sql`insert into actions_weighing (id, name, date_time, weight, subject_id)
      select gen_random_uuid(), '', timestamptz '2020-01-01' + make_interval(mins => n % 700), n,
        (select id from subjects_subject limit 1) from generate_series(1, 3500) n`)
    const [[count]] = (await lab.database.rows(sql`select count(*) from actions_weighing`)) as [[string]]

    const { body } = await lab.get('/api/v1/actions/weighing/export.csv?fields=date_time&ordering=-date_time')

    const lines = body.trimEnd().split('\r\n').slice(1)
    expect(lines.length).toBe(Number(count))
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(lines.length)
    const times = lines.map((line) => line.split(',')[1]!)
    expect(times).toEqual(times.toSorted().reverse())
  })

  test('of a wrong question is an answer in words, not half a table', async () => {
    const answer = await lab.get('/api/v1/actions/weighing/export.csv?wight__gt=3')

    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.fields.wight__gt[0]).toContain('Did you mean "weight"')
  })
})

test('the OpenAPI document describes every address of every model', async () => {
  const { paths, components } = (await lab.get('/api/v1/schema')).json()

  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/subjects/subject',
      '/api/v1/subjects/subject/{key}',
      '/api/v1/subjects/subject/choices',
      '/api/v1/subjects/subject/export.csv',
      '/api/v1/models/subjects/subject',
    ]),
  )
  const names = new Set(Object.keys(components.schemas))
  const references = [...JSON.stringify(paths).matchAll(/#\/components\/schemas\/([\w.]+)/g)].map(([, name]) => name!)
  expect(references.filter((name) => !names.has(name))).toEqual([])
  expect(JSON.stringify(components)).not.toMatch(/"(?:password|session_data|session_key|serialized_data)"/)
})
