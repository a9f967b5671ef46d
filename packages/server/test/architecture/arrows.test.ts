import { describe, expect, test } from 'vitest'
import { type Crossing, crossings } from './arrows.ts'
import { allSourceFiles, sourceFile } from './source-files.ts'

const FEWEST_FILES = 100

describe('the house', () => {
  const files = allSourceFiles()

  test('has been seen whole: a scan of too few files would approve of anything', () => {
    expect(files.length).toBeGreaterThan(FEWEST_FILES)
    for (const room of [
      'models/src',
      'server/src/rest',
      'server/src/domains',
      'server/src/query',
      'server/src/database',
      'web/src/kinds',
      'web/src/grid',
    ])
      expect(files.filter(({ path }) => path.startsWith(`packages/${room}/`)).length, room).toBeGreaterThan(5)
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length)
  })

  test('has every import of a file of ours lead to a file that is there', () => {
    const known = new Set(files.map(({ path }) => path))
    const lost = files.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^packages\/.*\.[jt]sx?$/.test(name) && !known.has(name))
        .map((name) => `${path} -> ${name}`),
    )

    expect(lost).toEqual([])
  })

  test('has none of the arrows that must never exist', () => {
    expect(crossings(files)).toEqual([])
  })
})

const SERVER = 'packages/server/src'
const WEB = 'packages/web/src'

describe('a planted arrow is found', () => {
  test.each<{ from: string; text: string; rule: RegExp }>([
    { from: 'packages/models/src/lab.ts', text: `import { Pool } from 'pg'`, rule: /models use nothing/ },
    { from: 'packages/models/src/lab.ts', text: `import { join } from 'node:path'`, rule: /models use nothing/ },
    {
      from: 'packages/web/src/page.tsx',
      text: `import { x } from '@alyx/server'`,
      rule: /never reach into the server/,
    },
    {
      from: 'packages/worker/src/run.ts',
      text: `const { x } = await import('../../server/src/app.ts')`,
      rule: /never reach into the server/,
    },
    { from: `${WEB}/kinds/texts.tsx`, text: `import { x } from '../grid/table.tsx'`, rule: /web.*rooms below/ },
    { from: `${WEB}/grid/table.tsx`, text: `import { x } from '../form/draft.ts'`, rule: /web.*rooms below/ },
    { from: `${WEB}/form/draft.ts`, text: `import { x } from '../frame/shell.tsx'`, rule: /web.*rooms below/ },
    { from: `${WEB}/helpers/dates.ts`, text: '', rule: /web.*lies in a room/ },
    { from: 'packages/client/src/a.ts', text: `import { useState } from 'react'`, rule: /client knows neither/ },
    { from: `${SERVER}/query/read.ts`, text: `import { x } from '../rest/json.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/database/pool.ts`, text: `export * from '../schema/index.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/domains/labs/a.ts`, text: `import type { X } from '../../auth/csrf.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/rest/gates.ts`, text: `import { settings } from '../config.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/schema/a.ts`, text: `import { x } from '../query/index.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/storage/bucket.ts`, text: `import { x } from '../media/stores.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/cache-tables/places.ts`, text: `import { x } from '../media/stores.ts'`, rule: /rooms below/ },
    {
      from: `${SERVER}/domains/data/tags.ts`,
      text: `import { x } from '../../cache-tables/index.ts'`,
      rule: /rooms below/,
    },
    { from: `${SERVER}/schedules/a.ts`, text: `import { x } from '../domains/labs/index.ts'`, rule: /rooms below/ },
    { from: `${SERVER}/helpers/text.ts`, text: '', rule: /lies in a room/ },
    { from: `${SERVER}/domains/data/tags.ts`, text: `import type { FastifyRequest } from 'fastify'`, rule: /no HTTP/ },
    { from: `${SERVER}/query/read.ts`, text: `import { request } from 'node:http'`, rule: /no HTTP/ },
    { from: `${SERVER}/domains/data/tags.ts`, text: 'throw { statusCode: 404 }', rule: /no HTTP/ },
    { from: `${SERVER}/rest/render.ts`, text: `import { sql } from 'kysely'`, rule: /write no SQL/ },
    { from: `${SERVER}/auth/identify.ts`, text: `const text = 'select id from accounts'`, rule: /write no SQL/ },
    { from: `${SERVER}/auth/identify.ts`, text: 'run("SELECT id FROM accounts")', rule: /write no SQL/ },
    { from: `${SERVER}/media/files.ts`, text: 'db.rows(sql`select 1`)', rule: /write no SQL/ },
    { from: `${SERVER}/auth/identify.ts`, text: 'run(`UPDATE tokens\n  SET key = $1`)', rule: /write no SQL/ },
    { from: `${SERVER}/migrations/0009.ts`, text: `import { all } from '@alyx/models'`, rule: /migrations import/ },
    { from: `${SERVER}/query/read.ts`, text: `if (model.key === 'actions.session') x()`, rule: /names no model/ },
    { from: `${SERVER}/query/read.ts`, text: 'sql`select id from subjects_subject`', rule: /names no model/ },
    { from: `${SERVER}/rest/render.ts`, text: `import { Subject } from '@alyx/models'`, rule: /names no model/ },
    { from: `${SERVER}/native/list.ts`, text: `import { Subject } from '@alyx/models'`, rule: /names no model/ },
    { from: `${SERVER}/native/pages/home.ts`, text: 'db.rows(sql`select 1`)', rule: /write no SQL/ },
    { from: `${SERVER}/rest/filters/kinds.ts`, text: `const label = "LabMember"`, rule: /names no model/ },
    { from: `${SERVER}/domains/data/a.ts`, text: `import { x } from '../labs/sign-in.ts'`, rule: /front door/ },
    { from: `${SERVER}/domains/labs/a.ts`, text: `import { x } from '../data/index.ts'`, rule: /front door/ },
    { from: `${SERVER}/auth/csrf.ts`, text: 'const secret = process.env.SECRET', rule: /environment/ },
    { from: `${SERVER}/config/kinds.ts`, text: 'process.env.TZ', rule: /environment/ },
    { from: `${SERVER}/query/read.ts`, text: `import { Pool } from 'pg'`, rule: /pg/ },
    { from: `${SERVER}/query/read.ts`, text: `import Cursor from 'pg-cursor'`, rule: /pg/ },
  ])('$from: $text', ({ from, text, rule }) => {
    const found = crossings([sourceFile(from, text)])

    expect(found).toContainEqual(expect.objectContaining({ path: from, rule: expect.stringMatching(rule) }))
  })

  test('a circle of imports, however long', () => {
    const circle = [
      sourceFile(`${SERVER}/query/a.ts`, `import { b } from './b.ts'`),
      sourceFile(`${SERVER}/query/b.ts`, `import type { C } from './inside/c.ts'`),
      sourceFile(`${SERVER}/query/inside/c.ts`, `export { a } from '../a.ts'`),
    ]

    const found = crossings(circle)

    expect(found).toEqual<Crossing[]>([
      {
        rule: 'imports never go in a circle',
        path: `${SERVER}/query/a.ts`,
        what: [`${SERVER}/query/b.ts`, `${SERVER}/query/inside/c.ts`, `${SERVER}/query/a.ts`].join(' -> '),
      },
    ])
  })
})

describe('what is allowed passes', () => {
  test.each([
    { from: `${SERVER}/domains/data/a.ts`, text: `import { x } from '../labs/index.ts'` },
    { from: `${SERVER}/domains/data/a.ts`, text: `import { x } from './inside/b.ts'` },
    { from: `${SERVER}/rest/contract/data.ts`, text: `import { Dataset } from '@alyx/models'` },
    { from: `${SERVER}/native/pages/home.ts`, text: `import { Subject } from '@alyx/models'` },
    { from: `${SERVER}/rest/gates.ts`, text: `import { x } from '../auth/policy.ts'` },
    { from: `${SERVER}/rest/gates.ts`, text: `const said = 'Select a valid choice. That is not one from the list.'` },
    {
      from: `${SERVER}/query/read.ts`,
      text: '// unlike process.env or actions_session\n/* pg */ import { sql } from "kysely"',
    },
    { from: `${SERVER}/config.ts`, text: 'read(process.env)' },
    { from: `${SERVER}/command/serve.ts`, text: `import { buildApp } from '../app.ts'` },
  ])('$from: $text', ({ from, text }) => {
    expect(crossings([sourceFile(from, text)])).toEqual([])
  })
})
