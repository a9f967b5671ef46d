import { createHash } from 'node:crypto'
import { type Model, primaryKey } from '@alyx/models'
import type { Db } from '../database/index.ts'
import type { Account } from '../domains/labs/index.ts'
import { conditionFor, type Found, type Moment, type Place, type TextRow } from '../query/index.ts'
import { type Representation, representationOf } from './representation.ts'

/** What a row itself says in a place: values as PostgreSQL writes them, of other rows their keys. */
function contentOf(place: Place, row: TextRow, { nested }: Pick<Found, 'nested'>): unknown {
  if (place.at === 'column' || place.at === 'object') return row[place.index] ?? null
  if (place.at !== 'rows') return null
  return (nested.get(place.branch)?.get(row[0]!) ?? []).map(([, , key]) => key).sort()
}

/**
 * The version of a row: a strong entity tag from all its fields. Titles of other rows do not count, so that a lab that
 * is renamed leaves its subjects unchanged.
 *
 * @param representation  one that reads the row whole
 */
export function etagOf(representation: Representation, row: TextRow, found: Pick<Found, 'nested'>): string {
  const content = representation.own.map(([name, place]) => [name, contentOf(place, row, found)])
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 27)}"`
}

/** Versions of many rows, for whoever is about to change them; at most two statements. Absent rows are left out. */
export async function etagsOf(
  db: Db,
  account: Account,
  model: Model,
  keys: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const representation = representationOf(model, account, { whole: true })
  const found = await representation.reader.find(
    db,
    (scope) => conditionFor(scope, `${primaryKey(model).name}__in`, keys),
    moment,
    keys.length,
  )
  return new Map(found.rows.map((row) => [row[0]!, etagOf(representation, row, found)]))
}

/** Whether a header `If-Match` or `If-None-Match` names this version. */
export function namesVersion(header: string, etag: string): boolean {
  return header.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag
  })
}
