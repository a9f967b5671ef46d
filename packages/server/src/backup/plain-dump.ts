import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { raw, type Session } from '../database/index.ts'
import { BrokenBackup } from './manifest.ts'

/** What a piece of a plain dump is: statements, or the rows of the `COPY` that was read before. */
export type Piece =
  | { readonly kind: 'sql'; readonly text: string }
  | { readonly kind: 'copy'; readonly statement: string }
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  | { readonly kind: 'end of rows' }

const LINE_BREAK = 10
const COPY = /^COPY (\S+ \(.*\)) FROM stdin;$/
const END_OF_ROWS = Buffer.from('\\.')
/** Statements between the rows of two tables: a schema is far smaller. */
const MOST_SQL_BYTES = 64 * 1024 * 1024

/**
 * Lines that only `psql` or the server of the dump understood, or that take away what is not there: commands of `psql`, owners
 * and rights of roles that this server need not have, and the clean-up of `pg_dump --clean`.
 */
const LEFT_OUT = [
  /^\\(un)?restrict\b/,
  /^ALTER .* OWNER TO .*;$/,
  /^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .*;$/,
  /^DROP .*;$/,
  /^ALTER TABLE .* DROP (CONSTRAINT|DEFAULT|IDENTITY)\b.*;$/,
  /^CREATE SCHEMA public;$/,
]

/**
 * Takes a plain dump of `pg_dump` to pieces, at the pace of the reader: memory follows the statements, not the rows.
 *
 * @throws BrokenBackup when it ends within rows, changes to another database, or is no dump of tables
 */
export async function* piecesOf(dump: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0)
  let statements: string[] = []
  let size = 0
  let inRows = false
  for await (const chunk of dump) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    let rowsFrom = 0
    for (let to = bytes.indexOf(LINE_BREAK); to >= 0; to = bytes.indexOf(LINE_BREAK, from)) {
      const line = bytes.subarray(from, to)
      if (inRows) {
        if (line.equals(END_OF_ROWS)) {
          if (from > rowsFrom) yield { kind: 'rows', bytes: bytes.subarray(rowsFrom, from) }
          yield { kind: 'end of rows' }
          inRows = false
        }
      } else {
        const text = line.toString('utf8')
        const copy = COPY.exec(text)
        if (copy) {
          yield { kind: 'sql', text: statements.join('\n') }
          statements = []
          size = 0
          yield { kind: 'copy', statement: `copy ${copy[1]} from stdin` }
          inRows = true
          rowsFrom = to + 1
        } else if (isMeant(text)) {
          size += line.length
          if (size > MOST_SQL_BYTES)
            throw new BrokenBackup(
              'The dump has rows as INSERT statements, too many to be read here: make it without --inserts, or restore it with psql.',
            )
          statements.push(text)
        }
      }
      from = to + 1
    }
    if (inRows && from > rowsFrom) yield { kind: 'rows', bytes: bytes.subarray(rowsFrom, from) }
    rest = Buffer.from(bytes.subarray(from))
  }
  if (inRows) throw new BrokenBackup('The dump ends in the middle of a table: it is not whole.')
  statements.push(rest.toString('utf8'))
  yield { kind: 'sql', text: statements.join('\n') }
}

function isMeant(line: string): boolean {
  if (/^\\c(onnect)?\b/.test(line))
    throw new BrokenBackup('The dump is of a whole server (pg_dumpall): make one of the database, with pg_dump.')
  return !LEFT_OUT.some((form) => form.test(line))
}

/**
 * Runs a plain dump of `pg_dump` inside the transaction that is under way.
 *
 * @throws BrokenBackup, the typed errors of the database
 */
export async function runPlainDump(
  session: Session,
  dump: Readable,
  onProgress?: (text: string) => void,
): Promise<void> {
  const known = new Set((await session.rows(raw('select name from pg_settings'))).map(([name]) => name))
  let rows: ReturnType<Session['copyIn']> | undefined
  for await (const piece of piecesOf(dump))
    if (piece.kind === 'sql') await session.script(understood(piece.text, known))
    else if (piece.kind === 'copy') {
      onProgress?.(`Restoring ${/^copy (\S+)/.exec(piece.statement)![1]}`)
      rows = session.copyIn(piece.statement)
      // Told where it is waited for.
      rows.on('error', () => undefined)
    } else if (piece.kind === 'rows') {
      if (!rows!.write(piece.bytes)) await drained(rows!)
    } else {
      rows!.end()
      await finished(rows!)
    }
}

/** Settings that newer versions know, such as transaction_timeout, are left out on older servers. */
const understood = (sql: string, known: ReadonlySet<unknown>): string =>
  sql.replaceAll(/^SET (\w+) = .*;$/gm, (line, name: string) => (known.has(name) ? line : ''))

/** @throws what the statement failed with */
async function drained(rows: ReturnType<Session['copyIn']>): Promise<void> {
  if (rows.errored) throw rows.errored
  await once(rows, 'drain')
}
