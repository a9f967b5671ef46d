/** How much data there is, what of it nobody reaches, and what is done with many datasets at once. */
import { type Parameters, queryOf } from './client.ts'
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

/** Sessions that began in a week, and how many of them are that far. */
export interface WeekOfSessions {
  /** Its Monday. */
  readonly week: string
  readonly sessions: number
  readonly with_datasets: number
  readonly with_tasks: number
  /** All of their tasks are complete. */
  readonly tasks_complete: number
  readonly qc_set: number
}

export const completenessByWeek = async (
  connection: Connection,
  question: Parameters,
): Promise<readonly WeekOfSessions[]> =>
  (await connection.get<{ results: WeekOfSessions[] }>(`/data/completeness${queryOf(question)}`)).results

export const dataTotals = (connection: Connection, fresh = false): Promise<DataTotals> =>
  connection.get(`/data/totals${fresh ? '?fresh=true' : ''}`)

export const missingDatasets = (
  connection: Connection,
  question: { readonly lab?: string | undefined; readonly limit: string; readonly offset: string },
): Promise<{ readonly results: readonly MissingDataset[]; readonly more: boolean }> =>
  connection.get(`/data/missing${queryOf(question)}`)

/** Which datasets are meant: those with these keys, or whatever the parameters of their list find. */
export type DatasetChoice = { readonly datasets: readonly string[] } | { readonly filter: Parameters }

/** What is done with them. */
export type DatasetDeed =
  | { readonly add: string }
  | { readonly remove: string }
  | { readonly unprotect: true }
  | { readonly revision: string | null }
  | {
      readonly release: {
        readonly name: string
        readonly description: string
        readonly public: boolean
        readonly protected: boolean
      }
    }

/** What a change of many datasets comes to. */
export interface DatasetEffect {
  readonly written: boolean
  readonly datasets: number
  readonly changed: number
  readonly already: number
  readonly protected: number
  readonly protected_after: number
  readonly sessions: number
  readonly bytes: number
  /** How many cannot be changed, by reason: `forbidden`, `protected`, `elsewhere`, `taken`. */
  readonly left: Readonly<Partial<Record<'forbidden' | 'protected' | 'elsewhere' | 'taken', number>>>
  /** By which the change is taken back; absent when there was none. */
  readonly deed?: string
  readonly release?: { readonly id: string; readonly title: string }
}

export interface DeedOptions {
  /** Say what would happen, and change nothing. */
  readonly dry_run?: boolean
  /** How many datasets a trial has told: when there are others by now, nothing is changed. */
  readonly expected?: number
  /** Change those that can be changed, and leave the others. */
  readonly partial?: boolean
}

/** Changes tags, protection or revision of many datasets, or makes a release of them; all in one transaction. */
export async function changeDatasets(
  connection: Connection,
  choice: DatasetChoice,
  deed: DatasetDeed,
  options: DeedOptions = {},
): Promise<DatasetEffect> {
  const [path, body] =
    'release' in deed
      ? ['/data/releases', deed.release]
      : 'revision' in deed
        ? ['/data/datasets/revision', deed]
        : ['/data/datasets/tags', deed]
  return (await connection.send<DatasetEffect>(path, { method: 'POST', body: { ...choice, ...body, ...options } })).body
}

/** Takes such a change back. @throws Problem 409 when any of it was changed since */
export const takeBackDatasets = async (connection: Connection, deed: string): Promise<void> => {
  await connection.send('/data/datasets/undo', { method: 'POST', body: { deed } })
}

/** A tag that makes its datasets public or protects them. */
export interface Release {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly protected: boolean
  readonly public: boolean
  readonly datasets: number
  readonly bytes: number
  readonly sessions: number
  readonly labs: readonly string[]
  readonly changed_at: string | null
}

export const dataReleases = async (connection: Connection): Promise<readonly Release[]> =>
  (await connection.get<{ readonly results: readonly Release[] }>('/data/releases')).results

/** Whether a release has cache tables of its own, and since when. */
export interface ReleaseTables {
  readonly id: string
  readonly name: string
  /** Whether its name can be that of a folder. */
  readonly possible: boolean
  readonly written_at: string | null
}

export const releaseTables = async (connection: Connection): Promise<readonly ReleaseTables[]> =>
  (await connection.get<{ readonly results: readonly ReleaseTables[] }>('/data/releases/tables')).results
