import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type Answer, type ServedLaboratory, servedLaboratory, tokenOfNew } from '../http/served-laboratory.ts'

/** One red point. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
const NOBODY = '00000000-0000-4000-8000-000000000000'

let lab: ServedLaboratory
let session: string
beforeAll(async () => {
  lab = await servedLaboratory()
  const [[id] = []] = await lab.database.rows(sql`select id from actions_session order by id limit 1`)
  session = id!
}, 120_000)
afterAll(() => lab?.close())

async function send(
  words: Readonly<Record<string, string>>,
  { picture, token = lab.token, headers = {} }: { picture?: Buffer; token?: string; headers?: object } = {},
): Promise<Answer> {
  const form = new FormData()
  for (const [name, word] of Object.entries(words)) form.append(name, word)
  if (picture) form.append('image', new File([new Uint8Array(picture)], 'the window.png', { type: 'image/png' }))
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  return lab.ask({
    method: 'POST',
    url: '/api/v1/notes',
    headers: {
      authorization: `Token ${token}`,
      'content-type': request.headers.get('content-type')!,
      ...headers,
    },
    payload: Buffer.from(await request.arrayBuffer()),
  })
}

const about = () => ({ model: 'actions.session', object: session })
const files = async (): Promise<string[]> =>
  (await readdir(join(lab.folder, 'uploaded'), { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((one) => one.isFile())
    .map(({ name }) => name)

describe('a note with a picture', () => {
  test('is hung on its record in the name of whoever sends it, and the picture is fetched', async () => {
    const answer = await send({ ...about(), text: 'The **window**' }, { picture: PICTURE })

    expect(answer.statusCode, answer.body).toBe(201)
    const { id, image } = answer.json()
    expect(image).toMatch(/^http:\/\/[^/]+\/uploaded\/.*\.png$/)
    expect(
      await lab.database.objects(sql`
        select n.text, m.username, c.model, n.object_id from misc_note n
          join misc_labmember m on m.id = n.user_id join django_content_type c on c.id = n.content_type_id where n.id = ${id}`),
    ).toEqual([{ text: 'The **window**', username: 'tester', model: 'session', object_id: session }])
    expect((await lab.get(new URL(image).pathname)).statusCode).toBe(200)
    expect((await lab.get(`/api/v1/misc/note/${id}`)).json().image).toBe(image)
  })

  test('may have no picture', async () => {
    expect((await send({ ...about(), text: 'Only words' })).json()).toMatchObject({ image: null })
  })

  test('that is sent again with its key is there once, and so is its file', async () => {
    const headers = { 'idempotency-key': 'the same note' }
    const before = (await files()).length
    const [first, second] = [
      await send({ ...about(), text: 'once' }, { picture: PICTURE, headers }),
      await send({ ...about(), text: 'once' }, { picture: PICTURE, headers }),
    ]

    expect(second.json()).toEqual(first.json())
    expect(await files()).toHaveLength(before + 1)
  })

  test.each([
    ['a file that is no picture', 400, 'Upload a valid image', () => about(), Buffer.from('pixels')],
    ['an unknown record', 400, 'There is no actions.session with', () => ({ ...about(), object: NOBODY }), PICTURE],
    ['an unknown model', 400, 'There is no actions.sesion', () => ({ ...about(), model: 'actions.sesion' }), PICTURE],
    ['no key', 400, 'object: This is required', () => ({ model: 'actions.session' }), PICTURE],
    ['a width that is none', 400, 'Expected a whole number of pixels', () => ({ ...about(), width: 'wide' }), PICTURE],
    ['a word that it does not know', 400, 'user', () => ({ ...about(), user: 'somebody' }), PICTURE],
  ] as const)('and %s: refused, and no file stays', async (_, status, sentence, words, picture) => {
    const before = await files()
    const answer = await send({ text: 'x', ...words() }, { picture })

    expect(answer.statusCode, answer.body).toBe(status)
    expect(answer.body).toContain(sentence)
    expect(await files()).toEqual(before)
  })

  test('is not taken from a visitor, nor as JSON', async () => {
    const visitor = await tokenOfNew(lab.database, 'visitor', 'public')
    expect((await send({ ...about(), text: 'x' }, { picture: PICTURE, token: visitor })).statusCode).toBe(403)

    const json = await lab.get('/api/v1/notes', { method: 'POST', payload: about() })
    expect(json.statusCode).toBe(415)
  })
})
