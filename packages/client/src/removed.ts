import type { Connection } from './connection.ts'

/** A row that was removed and is not there again. */
export interface RemovedRow {
  readonly key: string
  readonly title: string
  readonly at: string
  readonly user: { readonly username: string | null } | null
  /** As it was, by column. */
  readonly values: Readonly<Record<string, unknown>>
}

/** What comes back with one. */
export interface Recovered {
  readonly written: boolean
  readonly recovered: Readonly<Record<string, number>>
  /** Links and references that are set again. */
  readonly linked: number
  /** References that come back empty: what they led to is gone as well. */
  readonly lost: readonly string[]
}

const addressOf = (model: string): string => `/removed/${model.replace('.', '/')}`

/** Rows of a model that were removed since a day, the last removed first. */
export const removedRows = (
  connection: Connection,
  model: string,
  from?: string,
): Promise<{ readonly from: string; readonly results: readonly RemovedRow[] }> =>
  connection.get(`${addressOf(model)}${from === undefined ? '' : `?from=${from}`}`)

/** Brings a row back with all that went with it; a dry run only says what that is. */
export const recover = async (
  connection: Connection,
  model: string,
  key: string,
  dryRun: boolean,
): Promise<Recovered> =>
  (await connection.send<Recovered>(`${addressOf(model)}/${key}`, { method: 'POST', body: { dry_run: dryRun } })).body
