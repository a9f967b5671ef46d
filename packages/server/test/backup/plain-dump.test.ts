import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Piece, piecesOf } from '../../src/backup/plain-dump.ts'

/** What a dump is taken to, however its bytes arrive: statements as one text, rows as one text for each table. */
async function taken(chunks: Iterable<Buffer>): Promise<{ sql: string; tables: Record<string, string> }> {
  const tables: Record<string, string> = {}
  let sql = ''
  let open: string | undefined
  for await (const piece of piecesOf(Readable.from(chunks)) as AsyncIterable<Piece>)
    if (piece.kind === 'sql') sql += `${piece.text}\n`
    else if (piece.kind === 'copy') {
      open = piece.statement
      tables[open] = ''
    } else if (piece.kind === 'rows') tables[open!] += piece.bytes.toString('utf8')
    else open = undefined
  return { sql, tables }
}

const DUMP = `--
-- PostgreSQL database dump
--
\\restrict abc
SET client_encoding = 'UTF8';
DROP TABLE public.cage;
CREATE SCHEMA public;
CREATE TABLE public.cage (id integer, name text);
ALTER TABLE public.cage OWNER TO somebody;
COPY public.cage (id, name) FROM stdin;
1	Käfig\\nzwei
2	\\\\.
\\.


COPY public.nothing (id) FROM stdin;
\\.

ALTER TABLE ONLY public.cage
    ADD CONSTRAINT cage_pkey PRIMARY KEY (id);
GRANT SELECT ON TABLE public.cage TO somebody;
\\unrestrict abc
`

describe('a plain dump', () => {
  test('is taken to pieces in the same way wherever its bytes are cut', async () => {
    const whole = Buffer.from(DUMP)
    const expected = await taken([whole])
    expect(expected.tables).toEqual({
      'copy public.cage (id, name) from stdin': '1\tKäfig\\nzwei\n2\t\\\\.\n',
      'copy public.nothing (id) from stdin': '',
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
        const chunks = places.slice(1).map((to, nth) => whole.subarray(places[nth], to))
        const { sql, tables } = await taken(chunks)
        expect(tables).toEqual(expected.tables)
        expect(sql).toBe(expected.sql)
      }),
    )
  })

  test('loses its owners, rights and clean-up, and nothing else', async () => {
    const { sql } = await taken([Buffer.from(DUMP)])
    expect(sql).not.toMatch(/OWNER|GRANT|DROP|CREATE SCHEMA|restrict/)
    expect(sql).toContain('CREATE TABLE public.cage (id integer, name text);')
    expect(sql).toContain('ADD CONSTRAINT cage_pkey PRIMARY KEY (id);')
  })

  test.for([
    ['ends within rows', 'COPY public.cage (id) FROM stdin;\n1\n', 'not whole'],
    ['changes to another database', '\\connect other\n', 'pg_dumpall'],
  ] as const)('is refused when it %s', async ([, dump, why]) => {
    await expect(taken([Buffer.from(dump)])).rejects.toThrow(why)
  })
})
