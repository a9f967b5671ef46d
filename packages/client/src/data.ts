/** How much data there is, and what of it nobody reaches. */
import { queryOf } from './client.ts'
import type { Connection } from './connection.ts'

export interface DataSum {
  readonly id: string | null
  readonly title: string | null
  readonly datasets: number
  readonly bytes: number
}

export interface DataTotals {
  readonly as_of: string
  readonly all: { readonly datasets: number; readonly bytes: number; readonly without_size: number }
  readonly labs: readonly (DataSum & { readonly missing: number })[]
  readonly projects: readonly DataSum[]
  readonly types: readonly DataSum[]
  readonly repositories: readonly (DataSum & { readonly personal: boolean | null; readonly expected: number })[]
  readonly months: readonly { readonly month: string; readonly datasets: number; readonly bytes: number }[]
  readonly missing: number
}

export interface MissingDataset {
  readonly id: string
  readonly name: string
  readonly collection: string
  readonly file_size: number | null
  readonly session: { readonly id: string; readonly title: string } | null
  readonly lab: string | null
  readonly copies: readonly {
    readonly repository: string
    readonly personal: boolean | null
    readonly exists: boolean
  }[]
}

export const dataTotals = (connection: Connection, fresh = false): Promise<DataTotals> =>
  connection.get(`/data/totals${fresh ? '?fresh=true' : ''}`)

export const missingDatasets = (
  connection: Connection,
  question: { readonly lab?: string | undefined; readonly limit: string; readonly offset: string },
): Promise<{ readonly results: readonly MissingDataset[]; readonly more: boolean }> =>
  connection.get(`/data/missing${queryOf(question)}`)
