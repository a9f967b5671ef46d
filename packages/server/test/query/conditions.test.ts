import { modelNamed } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conditionFor, FilterError, jsonFilter, Scope } from '../../src/query/index.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { expressionStatement, ID, smallLaboratory, statementFor } from './laboratory.ts'

let laboratory: ScratchDatabase
beforeAll(async () => {
  laboratory = await smallLaboratory()
})
afterAll(() => laboratory.drop())

/** Names of the rows that an expression finds, one word per row. */
async function found(key: string, expression: string): Promise<string[]> {
  const rows = await laboratory.database.rows(expressionStatement(key, expression))
  return rows.map(([name]) => name ?? '')
}

const where = (text: string): string => text.replace(/^.* where true and /, '').replace(/ order by 1$/, '')

describe('what a condition becomes', () => {
  test.each([
    { model: 'actions.session', asked: 'number,2', becomes: '"t0"."number" = $1', with: [2] },
    { model: 'actions.session', asked: '~qc__gte,40', becomes: '("t0"."qc" >= $1) is not true', with: [40] },
    {
      model: 'actions.session',
      asked: 'number__in,[1, 2]',
      becomes: '"t0"."number" = any($1::bigint[])',
      with: [[1, 2]],
    },
    { model: 'actions.session', asked: 'number__in,[]', becomes: 'false', with: [] },
    { model: 'actions.session', asked: 'n_trials,99999999999', becomes: 'false', with: [] },
    { model: 'actions.session', asked: 'end_time,None', becomes: '"t0"."end_time" is null', with: [] },
    { model: 'actions.session', asked: 'lab__name,alpha', becomes: '"t1"."name" = $1', with: ['alpha'] },
    { model: 'actions.session', asked: `lab,${ID.alpha}`, becomes: '"t0"."lab_id" = $1', with: [ID.alpha] },
    { model: 'actions.session', asked: `lab__pk,${ID.alpha}`, becomes: '"t0"."lab_id" = $1', with: [ID.alpha] },
    { model: 'actions.session', asked: `lab__id,${ID.alpha}`, becomes: '"t0"."lab_id" = $1', with: [ID.alpha] },
    {
      model: 'actions.session',
      asked: 'name__icontains,50%_\\',
      becomes: '"t0"."name" ilike $1',
      with: ['%50\\%\\_\\\\%'],
    },
    {
      model: 'actions.session',
      asked: 'name__iexact,First',
      becomes: 'upper("t0"."name") = upper($1::text)',
      with: ['First'],
    },
    {
      model: 'actions.session',
      asked: 'start_time__date,2024-02-28',
      becomes: '("t0"."start_time" >= $1 and "t0"."start_time" < $2)',
      with: ['2024-02-28', '2024-02-29'],
    },
    {
      model: 'actions.session',
      asked: 'start_time__year__lte,2024',
      becomes: '"t0"."start_time" < $1',
      with: ['2025-01-01'],
    },
    {
      model: 'actions.session',
      asked: 'json__a__0__gte,3',
      becomes: '("t0"."json" #> $1::text[]) >= $2::jsonb',
      with: [['a', '0'], '3'],
    },
    {
      model: 'actions.session',
      asked: 'projects__name,x',
      becomes:
        'exists (select 1 from "subjects_project" as "t1" join "actions_session_projects" as "t2" on "t2"."project_id" = "t1"."id" where "t2"."session_id" = "t0"."id" and "t1"."name" = $1)',
      with: ['x'],
    },
    {
      model: 'actions.session',
      asked: `projects,${ID.brain}`,
      becomes:
        'exists (select 1 from "actions_session_projects" as "t1" where "t1"."session_id" = "t0"."id" and "t1"."project_id" = $1)',
      with: [ID.brain],
    },
    {
      model: 'actions.session',
      asked: 'projects__isnull,True',
      becomes: 'not exists (select 1 from "actions_session_projects" as "t1" where "t1"."session_id" = "t0"."id")',
      with: [],
    },
    {
      model: 'actions.session',
      asked: '~tasks__status,40',
      becomes:
        'not exists (select 1 from "jobs_task" as "t1" where "t1"."session_id" = "t0"."id" and "t1"."status" = $1)',
      with: [40],
    },
  ])('$asked', ({ model, asked, becomes, with: values }) => {
    const statement = expressionStatement(model, asked)

    expect(where(statement.text)).toBe(becomes)
    expect(statement.values).toEqual(values)
  })

  test('ten thousand names are one value of the statement', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `name${at}`)
    const asked = `name__in,["${names.join('", "')}", "first"]`

    expect(expressionStatement('actions.session', asked).values).toHaveLength(1)
    expect(await found('actions.session', asked)).toEqual(['first'])
  })

  test('two conditions over the same reference join it once', () => {
    const { text } = expressionStatement('actions.session', 'lab__name,alpha,lab__institution,x')

    expect(text.match(/left join/g)).toHaveLength(1)
  })
})

const SESSIONS: readonly (readonly [asked: string, sessions: string])[] = [
  // Plain columns.
  ['name,first', 'first'],
  ['name__in,["first", "third"]', 'first third'],
  ['name__in,first', 'first'],
  ['name__in,("first",)', 'first'],
  ['name__regex,^f.*st$', 'first'],
  ['name__iregex,^F.*ST', 'first'],
  ['name__gt,first', 'fourth second third'],
  ['name__range,["fa", "fz"]', 'first fourth'],
  ['name__endswith,rd', 'third'],
  ['name__istartswith,F', 'first fourth'],
  ['~name,first', 'fourth second third'],
  ['number,1', 'first'],
  ['number,1.9', 'first'],
  ['number__lt,1.5', 'first'],
  ['number__gte,1.5', 'fourth second'],
  ['number__gt,1.5', 'fourth second'],
  ['number__lte,1.5', 'first'],
  ['number__gt,-1', 'first fourth second'],
  ['number__lt,99999999999999999999', 'first fourth second'],
  ['number__gt,99999999999999999999', ''],
  ['number__lt,-99999999999999999999', ''],
  ['number__in,[1, 99999999999999999999, None]', 'first'],
  ['number__range,[1, 99999999999]', 'first fourth second'],
  ['~number,1', 'fourth second third'],
  ['number,None', 'third'],
  ['~number,None', 'first fourth second'],
  ['number__iexact,None', 'third'],
  ['number__startswith,3', 'fourth'],
  ['pk,00000000-0000-4000-8000-000000000041', 'first'],
  ['id,{00000000000040008000000000000041}', 'first'],
  ['id__startswith,0000', 'first fourth second third'],
  // Times, to the microsecond.
  ['start_time,2025-03-31', 'second'],
  ['start_time,2025-03-30T23:59:59.999999', 'first'],
  ['start_time,2025-03-30 23:59:59.999999+00:00', 'first'],
  ['start_time,2025-03-31T01:59:59.9999991+02', 'first'],
  ['start_time__date,2025-03-30', 'first'],
  ['start_time__date,20250330', 'first'],
  ['start_time__date__gt,2025-03-30', 'second'],
  ['start_time__date__gte,2025-03-30', 'first second'],
  ['start_time__date__lt,2025-03-31', 'first fourth'],
  ['start_time__date__lte,2025-03-30', 'first fourth'],
  ['start_time__date__range,["2025-03-30", "2025-03-31"]', 'first second'],
  ['start_time__date__in,["2025-03-30"]', 'first'],
  ['start_time__date__year,2025', 'first second'],
  ['start_time__date__lte,9999-12-31', 'first fourth second'],
  ['~start_time__date__lt,2025-03-31', 'second third'],
  ['start_time__year,2024', 'fourth'],
  ['start_time__year__gt,2024', 'first second'],
  ['start_time__year__in,[2024, 2026]', 'fourth'],
  ['start_time__year__lt,99999', 'first fourth second'],
  ['start_time__iso_year,2024', 'fourth'],
  ['start_time__month__gte,4', 'fourth'],
  ['start_time__day,30', 'first'],
  ['start_time__week,52', 'fourth'],
  ['start_time__week_day,1', 'first fourth'],
  ['start_time__iso_week_day,1', 'second'],
  ['start_time__quarter,1', 'first second'],
  ['start_time__hour,23', 'first'],
  ['start_time__minute,7', 'fourth'],
  ['start_time__second,59', 'first'],
  ['start_time__second,6', 'fourth'],
  ['start_time__time,08:07:06.5', 'fourth'],
  ['start_time__time__gte,08:00', 'first fourth'],
  ['start_time__time__hour,8', 'fourth'],
  ['start_time__isnull,True', 'third'],
  ['start_time__startswith,2024', 'fourth'],
  // References.
  ['lab__name,alpha', 'first second'],
  ['~lab__name,alpha', 'fourth third'],
  ['lab,None', 'third'],
  ['lab__isnull,False', 'first fourth second'],
  ['lab__name,None', 'third'],
  ['lab__json__pi,3.5', 'first second'],
  ['~lab__json__pi,3.5', 'fourth third'],
  ['lab__json__rigs__1__fan,true', 'first second'],
  ['subject__cage,586', 'first second'],
  ['subject__cage__startswith,586', 'first second third'],
  [`subject__nickname,50%\\o'x`, 'fourth'],
  ['subject__nickname__contains,%', 'fourth'],
  ['subject__nickname__contains,_', 'third'],
  ['subject__nickname__contains,\\', 'fourth'],
  ['subject__description__icontains,straße', 'fourth'],
  ['subject__responsible_user__username,ann', 'first second third'],
  // Steps to many rows: rows never repeat, each condition may be met by another related row.
  ['projects__name__icontains,i', 'first second'],
  ['projects__name,brain,projects__name__in,["pilot"]', 'first'],
  ['~projects__name,brain', 'fourth second third'],
  ['projects__isnull,True', 'fourth third'],
  ['projects,None', 'fourth third'],
  ['projects__name,None', 'fourth third'],
  ['projects__isnull,False', 'first second'],
  ['~projects__isnull,True', 'first second'],
  ['~projects__isnull,False', 'fourth third'],
  ['users__username,ann,users__username__in,["bob"]', 'first'],
  ['data_dataset_session_related__name__icontains,npy', 'first'],
  ['data_dataset_session_related__tags__name,2025_paper', 'first'],
  ['~data_dataset_session_related__tags__name,2025_paper', 'fourth second third'],
  // One dataset has no tag, as have sessions without datasets.
  ['data_dataset_session_related__tags__isnull,True', 'first fourth second third'],
  ['data_dataset_session_related__collection,raw_video', 'first'],
  ['probe_insertion__json__isnull,True', 'fourth second third'],
  ['probe_insertion__json__qc__isnull,True', 'first fourth second third'],
  ['probe_insertion__json__qc,CRITICAL', 'first'],
  ['~probe_insertion__json__qc,CRITICAL', 'fourth second third'],
  ['probe_insertion__chronic_insertion__serial,18005', 'first'],
  ['probe_insertion__chronic_insertion__name,implant', 'first'],
  ['probe_insertion__chronic_insertion__users__username,bob', 'first'],
  ['subject__actions_sessions__projects__name,brain', 'first second'],
  ['field_of_view__location__x__contains,[1.5]', 'first'],
  // JSON.
  ['json__k,3', 'first'],
  ['json__k,3.0', 'first'],
  ['json__k__gt,3', 'second'],
  ['json__k__gte,3', 'first second'],
  ['json__k__lt,30.51', 'first fourth second'],
  ['json__k,three', 'fourth'],
  ['json__k__in,[3, "three"]', 'first fourth'],
  ['json__k__range,[1, 5]', 'first'],
  ['json__k__icontains,THR', 'fourth'],
  ['json__k__icontains,30', 'second'],
  ['json__k__iexact,THREE', 'fourth'],
  ['json__k__isnull,True', 'third'],
  ['json__absent__isnull,True', 'fourth second third'],
  ['json__absent,None', 'first'],
  ['extended_qc__task,None', 'fourth'],
  ['~extended_qc__task,None', 'first second'],
  ['~json__k,3', 'fourth second third'],
  // A document without the key is neither equal nor unequal.
  ['~json__absent,1', 'first third'],
  ['json__tags__contains,["a"]', 'first'],
  ['json__tags__contained_by,["a", "b", "c"]', 'first second'],
  ['json__tags__1,b', 'first'],
  ['json__has_key,tags', 'first second'],
  ['json__has_keys,["tags", "absent"]', 'first'],
  ['json__has_any_keys,["nothing", "absent"]', 'first'],
  ['json__has_any_keys,tags', 'first second'],
  ['json__contains,({"k": 3})', 'first'],
  ['json__icontains,"k": 30', 'second'],
  ['json__isnull,True', 'third'],
  ['json,None', ''],
  ['extended_qc__flag,True', 'first'],
  ['extended_qc__flag,false', 'second'],
  ['extended_qc__pct__lt,0.6', 'first'],
  ['extended_qc__nested__a__b__1,2', 'first'],
  ['extended_qc___pin__0__gt,6', 'first'],
]

describe('sessions', () => {
  test.each(SESSIONS)('%s finds: %s', async (asked, sessions) => {
    expect((await found('actions.session', asked)).join(' ')).toBe(sessions)
  })
})

describe('other records', () => {
  test.each([
    { model: 'subjects.subject', asked: 'birth_date__gte,2024-01-31,sex,F', finds: ['CL_02'] },
    { model: 'subjects.subject', asked: 'birth_date__year,2024', finds: ['CL001', 'CL_02'] },
    { model: 'subjects.subject', asked: 'cage,586', finds: ['CL001'] },
    { model: 'subjects.subject', asked: 'cage__in,[586, "586.0"]', finds: ['CL001', 'CL_02'] },
    { model: 'subjects.subject', asked: 'cull__isnull,True', finds: [`50%\\o'x`, 'CL001', 'CL_02'] },
    { model: 'subjects.subject', asked: 'to_be_genotyped,False,sex,M', finds: ['CL001'] },
    { model: 'experiments.chronicinsertion', asked: 'name,implant', finds: ['18005'] },
    { model: 'experiments.chronicinsertion', asked: `id,${ID.chronic}`, finds: ['18005'] },
    { model: 'experiments.chronicinsertion', asked: `pk,${ID.chronic}`, finds: ['18005'] },
    { model: 'experiments.chronicinsertion', asked: 'lab__name,alpha,users__username,bob', finds: ['18005'] },
    { model: 'experiments.chronicinsertion', asked: 'users__isnull,True', finds: [] },
    { model: 'experiments.probeinsertion', asked: `chronic_insertion,${ID.chronic}`, finds: ['probe00'] },
    { model: 'experiments.probeinsertion', asked: `chronic_insertion__id,${ID.chronic}`, finds: ['probe00'] },
    { model: 'experiments.probeinsertion', asked: '~json__qc,CRITICAL', finds: ['probe02'] },
    { model: 'experiments.probeinsertion', asked: '~session__qc,40', finds: ['probe02'] },
    { model: 'experiments.fovlocation', asked: 'x__0__gt,1', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'x__len,2', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'y__len,0', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'x__7__isnull,True', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'x__overlap,[2.5, 9]', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'n_xyz__contained_by,[512, 513]', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'n_xyz,[512, 512]', finds: ['corners'] },
    { model: 'experiments.fovlocation', asked: 'x__0_1,[1.5]', finds: ['corners'] },
    { model: 'data.dataset', asked: 'file_size__gt,2999999999', finds: ['spikes.times.npy'] },
    { model: 'data.dataset', asked: 'session__isnull,True', finds: ['atlas.npy'] },
    { model: 'data.dataset', asked: 'session__subject__lab__name,alpha,name__endswith,.mp4', finds: ['video.mp4'] },
    { model: 'data.dataset', asked: '~session__lab__name,beta', finds: ['atlas.npy', 'spikes.times.npy', 'video.mp4'] },
    { model: 'misc.labmember', asked: 'subjects_responsible__nickname,CL001', finds: ['ann'] },
    { model: 'misc.labmember', asked: 'is_active,False', finds: ['ann', 'bob'] },
  ])('$model $asked', async ({ model, asked, finds }) => {
    expect(await found(model, asked)).toEqual(finds)
  })
})

describe('a filter on one JSON column', () => {
  test.each([
    { asked: 'task,PASS', finds: ['first'] },
    { asked: 'pct__lt,0.95,flag,False', finds: ['second'] },
    { asked: 'task,None', finds: ['fourth'] },
    { asked: '~task,PASS', finds: [] },
    { asked: '', finds: ['first', 'fourth', 'second', 'third'] },
  ])('$asked', async ({ asked, finds }) => {
    const statement = statementFor('actions.session', (scope) => [jsonFilter(scope, 'extended_qc', asked)])

    const rows = await laboratory.database.rows(statement)

    expect(rows.map(([name]) => name)).toEqual(finds)
  })
})

describe('the text of a query parameter', () => {
  test.each([
    { path: 'number', text: '1.9', finds: 'first' },
    { path: 'number__in', text: '1, 2', finds: 'first second' },
    { path: 'number__range', text: '2,99999', finds: 'fourth second' },
    { path: 'name__in', text: 'first,third', finds: 'first third' },
    { path: 'lab__isnull', text: 'TRUE', finds: 'third' },
    { path: 'lab__isnull', text: '0', finds: 'first fourth second' },
    { path: 'subject__cage', text: '586', finds: 'first second' },
  ])('$path=$text', async ({ path, text, finds }) => {
    const rows = await laboratory.database.rows(
      statementFor('actions.session', (scope) => [conditionFor(scope, path, text, { text: true })]),
    )

    expect(rows.map(([name]) => name).join(' ')).toBe(finds)
  })
})

describe('refused, with words that help', () => {
  const session = (asked: string) => () => expressionStatement('actions.session', asked)

  test.each([
    {
      asked: 'subjct__nickname,x',
      because: 'subjct__nickname: no field of session is called "subjct". Did you mean "subject"?',
    },
    { asked: 'zz,1', because: 'Fields: auto_datetime, data_dataset_session_related, end_time' },
    { asked: 'subject__nope,1', because: 'no field of subject is called "nope"' },
    { asked: 'lab__icontains,x', because: '"icontains" is not a way to compare it. Possible: exact, in, gt' },
    { asked: 'lab_id__foo,x', because: '"foo" is not a way to compare it' },
    { asked: 'name__iecxact,x', because: 'Did you mean "iexact"' },
    { asked: 'name__date,x', because: '"date" is not a way to compare it' },
    { asked: 'qc__gte__lt,1', because: '"gte" is not a way to compare it' },
    { asked: 'start_time__datte,x', because: 'Did you mean "date"' },
    { asked: 'lab,alpha', because: 'lab: expected a UUID, got "alpha"' },
    { asked: 'pk__in,["zz"]', because: 'expected a UUID, got "zz"' },
    { asked: 'number,abc', because: 'expected a whole number, got "abc"' },
    { asked: 'number,-1.5', because: 'expected a whole number, got "-1.5"' },
    { asked: 'number,F(n_trials)', because: 'expected a whole number' },
    { asked: 'number__in,5', because: 'expected a list such as ["a", "b"], got "5"' },
    { asked: 'number__in,[[1]', because: 'is not complete' },
    { asked: 'number__range,[1]', because: 'expected a list of two' },
    { asked: 'number__gt,None', because: 'None can only be equal' },
    { asked: 'name,["a"]', because: 'expected a text, got a list' },
    { asked: 'start_time,zz', because: 'expected a date and time such as 2024-01-31T14:30:00, got "zz"' },
    { asked: 'start_time,2024-02-30', because: 'expected a date and time' },
    { asked: 'start_time,2024-02-03T24:00', because: 'expected a date and time' },
    { asked: 'start_time,2024-02-03T10:00+99:00', because: 'expected a date and time' },
    { asked: 'start_time__date,2023-02-29', because: 'expected a date such as 2024-01-31, got "2023-02-29"' },
    { asked: 'start_time__date,0000-01-01', because: 'expected a date' },
    { asked: 'start_time__year,abc', because: 'expected a whole number, got "abc"' },
    { asked: 'start_time__time,25:00', because: 'expected a time of day' },
    { asked: 'lab__isnull,1', because: 'expected True or False, got "1"' },
    { asked: 'lab__isnull,None', because: 'None can only be equal' },
    { asked: `name__regex,${'a'.repeat(1001)}`, because: 'a regular expression may have 1000 characters at most' },
    { asked: 'json__k,[1e999]', because: 'expected a smaller number' },
    { asked: 'json__has_keys,[("a", "b")]', because: 'expected a text, got a list' },
    { asked: `${'subject__actions_sessions__'.repeat(9)}name,x`, because: '16 relations at most' },
    { asked: `json__${'k__'.repeat(70)}x,1`, because: '64 names at most' },
    { asked: 'constructor,1', because: 'no field of session is called "constructor"' },
    { asked: 'name__constructor,1', because: '"constructor" is not a way to compare it' },
    { asked: 'start_time__toString,1', because: '"toString" is not a way to compare it' },
    {
      asked: 'data_dataset_session_related__content_object,1',
      because: 'no field of dataset is called "content_object"',
    },
  ])('$asked', ({ asked, because }) => {
    expect(session(asked)).toThrow(because)
    expect(session(asked)).toThrow(FilterError)
  })

  test('values that PostgreSQL cannot take, from whichever parameter', () => {
    const given = (value: string) => () => conditionFor(new Scope(modelNamed('misc.lab')), 'name', value)

    expect(given('a\0b')).toThrow('Null characters are not allowed.')
    expect(given('\ud800')).toThrow('half of a character')
    expect(given('x'.repeat(100_000))).toThrow('too long')
  })

  test.each([
    'users__password__startswith,pbkdf2',
    '~users__password,x',
    'subject__responsible_user__password__isnull,False',
    'users__auth_token,x',
    'users__auth_token__key__startswith,a',
    'users__auth_token__pk,x',
    'users__auth_token__isnull,True',
    'users__auth_token__user__username,ann',
    'users__revision__version__serialized_data__contains,x',
  ])('credentials do not exist for filters: %s', (asked) => {
    expect(session(asked)).toThrow(/no field of .* is called/)
  })

  test('nor do they appear among the names that a message offers', () => {
    const say = () => conditionFor(new Scope(modelNamed('misc.labmember')), 'zz', 'x')

    expect(say).toThrow(/Fields: /)
    expect(say).not.toThrow(/password|auth_token/)
  })
})
