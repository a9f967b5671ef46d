import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type Answer, type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory()
}, 120_000)
afterAll(() => lab?.close())

const SUBJECTS = '/api/v1/subjects/subject'
const SESSIONS = '/api/v1/actions/session'

type Row = Readonly<Record<string, never>> & { readonly id: string }
const rowsOf = (answer: Answer): readonly Row[] => {
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().results
}
const keysOf = (answer: Answer) => rowsOf(answer).map(({ id }) => id)

describe('rows', () => {
  test('show references with titles, moments with their offset, and how they are called', async () => {
    const [row] = rowsOf(await lab.get(`${SESSIONS}?limit=1&subject__nickname__startswith=S&ordering=-start_time`))
    const {
      subject,
      start_time: start,
      users,
      $title: title,
    } = row as unknown as {
      subject: { id: string; title: string }
      start_time: string
      users: { id: string; title: string }[]
      $title: string
    }

    expect(Object.keys(subject)).toEqual(['id', 'title'])
    expect(start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/)
    expect(title).toBe(`${subject.title} ${start.slice(0, 10)} ${start.slice(11, 19)}`)
    for (const user of users) expect(user.title).toMatch(/\S/)
    // What an answer says of a moment is understood as a filter.
    expect(keysOf(await lab.get(`${SESSIONS}?start_time=${encodeURIComponent(start)}`))).toContain(row!.id)
  })

  test('are JSON that any parser takes, even where a number is none', async () => {
    await lab.database.execute(sql`update actions_weighing set weight = 'NaN'
      where id = (select id from actions_weighing order by id limit 1)`)

    const [row] = rowsOf(await lab.get('/api/v1/actions/weighing?limit=1&ordering=id'))

    expect(row!.weight).toBe('NaN')
  })
})

describe('filters', () => {
  test('go along references and lists, each way', async () => {
    const lively = rowsOf(await lab.get(`${SUBJECTS}?death_date__isnull=true&limit=1000`))
    const dead = rowsOf(await lab.get(`${SUBJECTS}?~death_date__isnull=true&limit=1000`))
    const [{ count }] = (await lab.database.objects<{ count: number }>(sql`select count(*) from subjects_subject`)) as [
      { count: number },
    ]

    expect(lively.length + dead.length).toBe(count)
    const lab1 = (rowsOf(await lab.get('/api/v1/misc/lab?limit=1'))[0] as unknown as { name: string }).name
    const some = rowsOf(await lab.get(`${SUBJECTS}?lab__name=${lab1}&actions_sessions__start_time__year=2026`))
    for (const one of some as unknown as { lab: { title: string } }[]) expect(one.lab.title).toBe(lab1)
  })

  test('know what no field says: parents of pairs that have not ended, requests that want more animals', async () => {
    const [pair] = await lab.database.objects<{ id: string; father: string; mother: string }>(sql`
      select id, father_id as father, mother1_id as mother from subjects_breedingpair
       where end_date is null and start_date is not null and father_id is not null and mother1_id is not null limit 1`)
    const all = keysOf(await lab.get(`${SUBJECTS}?limit=1000`)).length
    const breeding = keysOf(await lab.get(`${SUBJECTS}?breeding=true&limit=1000`))

    expect(breeding).toEqual(expect.arrayContaining([pair!.father, pair!.mother]))
    expect(keysOf(await lab.get(`${SUBJECTS}?breeding=false&limit=1000`))).toHaveLength(all - breeding.length)
    expect(keysOf(await lab.get(`${SUBJECTS}?~breeding=false&limit=1000`))).toHaveLength(breeding.length)
    await lab.database.execute(sql`update subjects_breedingpair set end_date = current_date where id = ${pair!.id}`)
    expect(keysOf(await lab.get(`${SUBJECTS}?breeding=true&limit=1000`))).not.toContain(pair!.mother)

    const [request] = await lab.database.objects<{ id: string }>(sql`
      insert into subjects_subjectrequest (id, user_id, line_id, count, description, json, name)
      select gen_random_uuid(), responsible_user_id, line_id, 1, '', null, '' from subjects_subject
       where line_id is not null and death_date is null and request_id is null order by id limit 1 returning id`)
    const open = async () => keysOf(await lab.get('/api/v1/subjects/subjectrequest?open=true&limit=1000'))
    expect(await open()).toContain(request!.id)
    await lab.database.execute(sql`update subjects_subject set request_id = ${request!.id} where id = (
      select id from subjects_subject where line_id is not null and death_date is null and request_id is null order by id limit 1)`)
    expect(await open()).not.toContain(request!.id)
  })

  test.each([
    ['nicknam=a', 'nicknam', 'Did you mean "nickname"'],
    ['lab__nam=a', 'lab__nam', 'Did you mean "name"'],
    ['nickname__contain=a', 'nickname__contain', 'Did you mean "contains"'],
    ['serch=a', 'serch', 'parameter "search"'],
    ['birth_date__gte=soon', 'birth_date__gte', 'expected a date'],
    ['lab=here', 'lab', 'expected a UUID'],
    ['death_date__isnull=maybe', 'death_date__isnull', 'expected True or False'],
    ['limit=0', 'limit', 'from 1 to 1000'],
    ['limit=ten', 'limit', 'from 1 to 1000'],
    ['offset=-1', 'offset', 'from 0'],
    ['breeding=perhaps', 'breeding', 'expected true or false'],
    ['count=yes', 'count', 'expected true or false'],
    ['ordering=json', 'ordering', 'has no order'],
    ['ordering=colour', 'ordering', 'no field of subject is called "colour"'],
    ['fields=colour', 'fields', 'no field of subject is called "colour"'],
    ['fields=actions_sessions', 'fields', 'leads back'],
    ['cursor=nonsense', 'cursor', 'expected a cursor'],
    ['rights=true', 'rights', 'no field of subject'],
  ])('refuse %s and say what is meant', async (question, parameter, sentence) => {
    const answer = await lab.get(`${SUBJECTS}?${question}`)

    expect(answer.statusCode).toBe(400)
    const { error, status_code: status } = answer.json()
    expect(error.code).toBe('invalid_parameters')
    expect(status).toBe(400)
    expect(error.fields[parameter].join(' ')).toContain(sentence)
  })

  test('tell all faults at once', async () => {
    const { error } = (await lab.get(`${SUBJECTS}?nicknam=a&limit=ten&ordering=colour`)).json()

    expect(Object.keys(error.fields).sort()).toEqual(['limit', 'nicknam', 'ordering'])
  })

  test('take a field that is called like a parameter by its comparison', async () => {
    const rows = rowsOf(await lab.get('/api/v1/subjects/subjectrequest?count__exact=1&count=true'))

    for (const row of rows as unknown as { count: number }[]) expect(row.count).toBe(1)
  })
})

describe('a search', () => {
  test('finds rows in which every word is found somewhere', async () => {
    const [subject] = rowsOf(
      await lab.get(`${SUBJECTS}?limit=1&fields=nickname,lab.name&responsible_user__isnull=false`),
    ) as unknown as [{ id: string; nickname: string; 'lab.name': string }]
    const found = await lab.get(
      `${SUBJECTS}?search=${subject['lab.name'].toUpperCase()} ${subject.nickname.toLowerCase()}`,
    )
    const none = await lab.get(`${SUBJECTS}?search=${subject.nickname} nowhere-to-be-found`)

    expect(keysOf(found)).toContain(subject.id)
    expect(keysOf(none)).toEqual([])
  })

  test('finds sessions by animal and month', async () => {
    const [session] = rowsOf(await lab.get(`${SESSIONS}?limit=1&fields=start_time,subject.nickname`)) as unknown as [
      { id: string; start_time: string; 'subject.nickname': string },
    ]
    const words = encodeURIComponent(`${session['subject.nickname']} ${session.start_time.slice(0, 7)}`)

    expect(
      (await lab.get(`${SESSIONS}/choices?search=${words}&limit=100`)).json().results.map(({ id }: Row) => id),
    ).toContain(session.id)
  })
})

describe('choices', () => {
  test('begin with the names that begin as was typed', async () => {
    await lab.database.execute(sql`
      insert into subjects_strain (id, name, description)
      select gen_random_uuid(), n, '' from unnest(array['AA of zebra', 'Zebra', 'zebra two']) n`)

    const { results } = (await lab.get('/api/v1/subjects/strain/choices?search=zebra')).json()

    expect(results.map(({ title }: { title: string }) => title)).toEqual(['Zebra', 'zebra two', 'AA of zebra'])
  })

  test('take the filters of the list', async () => {
    const { results } = (await lab.get(`${SUBJECTS}/choices?death_date__isnull=false&limit=100`)).json()
    const dead = keysOf(await lab.get(`${SUBJECTS}?death_date__isnull=false&limit=1000`))

    expect(results.length).toBe(Math.min(100, dead.length))
    for (const { id } of results) expect(dead).toContain(id)
  })
})

describe('fields', () => {
  test('are shown as asked, along references and lists, the key always first', async () => {
    const [row] = rowsOf(
      await lab.get(`${SESSIONS}?limit=1&fields=$title,subject.lab.name,subject.responsible_user,users.username,users`),
    )

    expect(Object.keys(row!)).toEqual([
      'id',
      '$title',
      'subject.lab.name',
      'subject.responsible_user',
      'users.username',
      'users',
    ])
  })

  test('leave the version of a row as it is', async () => {
    const [key] = keysOf(await lab.get(`${SUBJECTS}?limit=1`))
    const whole = await lab.get(`${SUBJECTS}/${key}`)
    const part = await lab.get(`${SUBJECTS}/${key}?fields=nickname`)

    expect(Object.keys(part.json())).toEqual(['id', 'nickname'])
    expect(part.headers.etag).toBe(whole.headers.etag)
  })
})

describe('pages', () => {
  const ask = async (url: string) =>
    (await lab.get(url)).json() as { results: Row[]; next: string | null; previous: string | null }

  test.each([
    'nickname',
    '-death_date,nickname',
    'death_date,-nickname',
    '-lab.name',
    'responsible_user.username,-birth_date',
    'sex,-id',
  ])('by cursor in the order %s hold every row once, missing values included', async (ordering) => {
    const all = keysOf(await lab.get(`${SUBJECTS}?limit=1000&ordering=${ordering}`))
    const seen: string[] = []
    let next: string | null = `${SUBJECTS}?limit=17&ordering=${ordering}`
    let last: Awaited<ReturnType<typeof ask>> | undefined
    while (next !== null) {
      last = await ask(next)
      seen.push(...last.results.map(({ id }) => id))
      next = last.next
    }
    expect(seen).toEqual(all)
    const back: string[] = last!.results.map(({ id }) => id)
    while (last!.previous !== null) {
      last = await ask(last!.previous)
      back.unshift(...last.results.map(({ id }) => id))
    }
    expect(back).toEqual(all)
  })

  test('by cursor neither skip nor repeat rows when others write meanwhile', async () => {
    const first = await ask(`${SUBJECTS}?limit=5&ordering=nickname`)
    await lab.database.execute(sql`insert into subjects_subject (id, name, nickname, sex, ear_mark, protocol_number,
        description, adverse_effects, to_be_genotyped, to_be_culled, lab_id)
      select gen_random_uuid(), '', '0000-first', 'U', '', '1', '', '', false, false, id from misc_lab limit 1`)
    const second = await ask(first.next!)

    const all = keysOf(await lab.get(`${SUBJECTS}?limit=11&ordering=nickname`))
    expect([...first.results, ...second.results].map(({ id }) => id)).toEqual(all.slice(1))
  })

  test('by offset are linked by offset', async () => {
    const page = await ask(`${SUBJECTS}?limit=10&offset=15&ordering=nickname`)

    expect(page.next).toContain('offset=25')
    expect(page.previous).toContain('offset=5')
    expect((await ask(page.next!)).results[0]!.id).not.toBe(page.results[0]!.id)
  })

  test('of another order refuse a cursor', async () => {
    const { next } = await ask(`${SUBJECTS}?limit=5&ordering=nickname`)
    const answer = await lab.get(next!.replace('ordering=nickname', 'ordering=birth_date'))

    expect(answer.statusCode).toBe(400)
    expect(answer.json().error.fields.cursor[0]).toContain('another order')
  })
})

describe('whoever calls', () => {
  test('is told what went wrong in one form', async () => {
    const nobody = await lab.ask({ url: SUBJECTS })
    const missing = await lab.get(`${SUBJECTS}/00000000-0000-4000-8000-00000000dead`)
    const noKey = await lab.get(`${SUBJECTS}/M001`)
    const method = await lab.get('/api/v1/me', { method: 'DELETE' })

    expect([nobody, missing, noKey, method].map(({ statusCode }) => statusCode)).toEqual([403, 404, 404, 405])
    expect([nobody, missing, noKey, method].map((answer) => answer.json().error.code)).toEqual([
      'not_signed_in',
      'no_such_row',
      'no_such_row',
      'method_not_allowed',
    ])
  })

  test('may look with a public account, and do nothing else', async () => {
    const authorization = `Token ${await tokenOfNew(lab.database, 'onlooker', 'public')}`

    expect((await lab.ask({ url: SUBJECTS, headers: { authorization } })).statusCode).toBe(200)
    const refused = await lab.ask({ url: SUBJECTS, method: 'POST', headers: { authorization }, payload: {} })
    expect(refused.statusCode).toBe(403)
    expect(refused.json().error.code).toBe('forbidden')
  })

  test('learns who they are', async () => {
    const me = (await lab.get('/api/v1/me')).json()

    expect(me).toMatchObject({ username: 'tester', is_superuser: true, roles: ['member', 'superuser'], labs: [] })
    expect(me.today).toMatch(/^\d{4}-\d\d-\d\d$/)
  })
})
