import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { served } from '../../src/native/models.ts'
import { HOSTILE, STRANGE } from '../http/hostile-values.ts'
import { type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'
import { type Ask, asking, read } from './asking.ts'

let lab: ServedLaboratory
let ask: Ask
beforeAll(async () => {
  lab = await servedLaboratory()
  ask = asking(lab, await tokenOfNew(lab.database, 'seeker', 'member'))
})
afterAll(() => lab.close())

interface Result {
  readonly kind: string
  readonly model: string
  readonly id: string
  readonly title: string
  readonly url: string
  readonly page: string
}
const find = async (q: string, limit = 20): Promise<Result[]> =>
  (await read(ask, `/search?limit=${limit}&q=${encodeURIComponent(q)}`)).results

interface SessionRow {
  id: string
  nickname: string
  day: string
  number: number
}
const someSession = async (): Promise<SessionRow> =>
  (
    await lab.database.objects<SessionRow>(sql`
      select a.id, s.nickname, to_char(a.start_time, 'YYYY-MM-DD') as day, a.number
        from actions_session a join subjects_subject s on s.id = a.subject_id
       where a.number is not null and exists (select from data_dataset d where d.session_id = a.id)
       order by a.id limit 1`)
  )[0]!

describe('an animal is found', () => {
  test('by its name, above everything that only contains it, with its page', async () => {
    const { nickname } = await someSession()

    const [first] = await find(nickname)

    expect(first).toMatchObject({ model: 'subjects.subject', title: nickname, closeness: 'exact' })
    expect(first!.page).toBe(`/admin/subjects/subject/${first!.id}/change/`)
    expect((await ask('GET', first!.url.replace('/api/v1', ''))).body.nickname).toBe(nickname)
  })

  test('by a part of its name in any case, and by its ear mark', async () => {
    await lab.database.script(
      `update subjects_subject set ear_mark = 'QZ9R' where id = (select min(id::text)::uuid from subjects_subject)`,
    )
    const { nickname } = await someSession()

    expect((await find(nickname.slice(0, -1).toLowerCase(), 100)).map(({ title }) => title)).toContain(nickname)
    expect(await find('qz9r')).toMatchObject([{ model: 'subjects.subject' }])
  })
})

describe('a session is found', () => {
  test.each<[string, (one: SessionRow) => string]>([
    ['as clients write it', ({ nickname, day, number }) => `${nickname}/${day}/${String(number).padStart(3, '0')}`],
    ['without leading zeros', ({ nickname, day, number }) => `${nickname}/${day}/${number}`],
    ['with underscores', ({ nickname, day, number }) => `${nickname}_${day}_${String(number).padStart(3, '0')}`],
    [
      'as a folder',
      ({ nickname, day, number }) => `/mnt/s0/Data/Subjects/${nickname}/${day}/${String(number).padStart(3, '0')}/`,
    ],
    ['as a folder of Windows', ({ nickname, day, number }) => `D:\\data\\Subjects\\${nickname}\\${day}\\00${number}`],
    ['with blanks', ({ nickname, day, number }) => `  ${nickname} ${day} ${number}`],
    ['in any case', ({ nickname, day, number }) => `${nickname.toLowerCase()}/${day}/${number}`],
  ])('%s', async (_, write) => {
    const session = await someSession()

    const [first] = await find(write(session))

    expect(first).toMatchObject({ kind: 'alias', model: 'actions.session', id: session.id })
  })

  test('of a day, when no number is given', async () => {
    const { nickname, day, id } = await someSession()

    const found = await find(`${nickname}/${day}`)

    expect(found.filter(({ kind }) => kind === 'alias').map((one) => one.id)).toContain(id)
  })

  test('by a file in it, with the dataset in front', async () => {
    const { nickname, day, number, id } = await someSession()
    const [dataset] = await lab.database.objects<{ id: string; name: string; collection: string | null }>(
      sql`select id, name, collection from data_dataset where session_id = ${id} order by id limit 1`,
    )
    const path = [nickname, day, `00${number}`, dataset!.collection, dataset!.name].filter(Boolean).join('/')

    const [first, second] = await find(`/data/Subjects/${path}`)

    expect(first).toMatchObject({ kind: 'file', model: 'data.dataset', id: dataset!.id })
    expect(second).toMatchObject({ kind: 'alias', id })
  })

  test('never on a day that does not exist', async () => {
    const { nickname } = await someSession()

    expect((await find(`${nickname}/2026-02-30/001`)).filter(({ kind }) => kind === 'alias')).toEqual([])
  })
})

describe('a key is found', () => {
  test('whatever it is the key of, pasted from anywhere', async () => {
    const without: string[] = []
    let seen = 0
    for (const model of served.filter(({ framework }) => !framework)) {
      const { results } = (await asking(lab, lab.token)('GET', `/${model.app}/${model.name.toLowerCase()}?limit=1`))
        .body
      if (!results[0] || typeof results[0].id !== 'string') continue
      seen += 1
      const [found] = await find(`see https://alyx.example/admin/x/${results[0].id}/change/ please`)
      if (found?.id !== results[0].id) without.push(model.key)
    }

    expect(seen).toBeGreaterThan(40)
    expect(without).toEqual([])
  })

  test('without its dashes, and several at once', async () => {
    const keys = (await lab.database.rows(sql`select id from subjects_subject order by id limit 2`)).map(([id]) => id!)

    expect((await find(keys[0]!.replaceAll('-', ''))).map(({ id }) => id)).toEqual([keys[0]])
    expect((await find(keys.join(', '))).map(({ id }) => id).sort()).toEqual(keys)
  })

  test('but nothing of what the asker may not see', async () => {
    const [[token]] = (await lab.database.rows(sql`select key from authtoken_token limit 1`)) as [[string]]
    const [[group]] = (await lab.database.rows(sql`select codename from auth_permission order by id limit 1`)) as [
      [string],
    ]

    expect(await find(token)).toEqual([])
    expect(await find(group)).toEqual([])
  })
})

test('datasets, people, labs and projects are found by name', async () => {
  for (const [table, column, model] of [
    ['data_dataset', 'name', 'data.dataset'],
    ['misc_lab', 'name', 'misc.lab'],
    ['subjects_project', 'name', 'subjects.project'],
    ['misc_labmember', 'username', 'misc.labmember'],
    ['subjects_line', 'nickname', 'subjects.line'],
    ['data_tag', 'name', 'data.tag'],
  ] as const) {
    const [[name]] = (await lab.database.rows({
      text: `select ${column} from ${table} where length(${column}) > 2 order by id limit 1`,
      values: [],
    })) as [[string]]
    const found = await find(name, 100)
    expect(
      found.filter(({ title }) => title.includes(name)).map((one) => one.model),
      name,
    ).toContain(model)
  }
})

test('a question of several words finds what has them all', async () => {
  await lab.database.script(
    `update misc_labmember set first_name = 'Ada', last_name = 'Quillfeather' where username = 'seeker'`,
  )

  expect((await find('ada quillfeather')).map(({ title }) => title)).toEqual(['seeker'])
})

test('hostile questions are answered or refused', async () => {
  for (const [what, value] of Object.entries({ ...HOSTILE, ...STRANGE })) {
    const { status, body } = await ask('GET', `/search?q=${encodeURIComponent(value.toWellFormed())}`)
    expect([200, 400], `${what}: ${JSON.stringify(body)}`).toContain(status)
  }
  for (const url of [
    '/search',
    '/search?q=a&limit=0',
    '/search?q=a&limit=x',
    '/search?q=a&__proto__=1',
    '/search?q=a&x=1',
  ])
    expect((await ask('GET', url)).status, url).toBe(400)
})
