/** Sessions, what was recorded in them, and where in the brain that was. */
import type { Reference } from './answers.ts'
import type { Connection } from './connection.ts'

/** A remark with perhaps a picture, hung on a record. */
export interface HungNote {
  readonly id: string
  readonly at: string
  readonly user: string | null
  readonly text: string
  /** Where the picture can be fetched. */
  readonly image: string | null
}

export interface SessionInsertion extends Reference {
  readonly serial: string
  readonly model: string | null
  readonly chronic_insertion: string | null
  readonly json: unknown
  readonly datasets: number
  readonly trajectories: readonly { readonly id: string; readonly provenance: number; readonly channels: number }[]
}

export interface SessionFieldOfView extends Reference {
  readonly imaging_type: string | null
  readonly stack: string | null
  readonly locations: readonly {
    readonly id: string
    readonly provenance: string
    readonly default: boolean
    readonly regions: readonly string[]
  }[]
}

export interface SessionOverview {
  readonly id: string
  /** `SW_001/2026-03-02/001` */
  readonly alias: string
  /** Sessions of the same animal before and after. */
  readonly previous: Reference | null
  readonly next: Reference | null
  readonly subject: Reference
  readonly lab: Reference | null
  readonly location: Reference | null
  readonly start_time: string | null
  readonly end_time: string | null
  readonly number: number | null
  readonly type: string | null
  readonly task_protocol: string
  readonly narrative: string
  readonly qc: number
  readonly extended_qc: unknown
  readonly json: unknown
  readonly n_trials: number | null
  readonly n_correct_trials: number | null
  readonly percent_correct: number | null
  readonly last_updated: string | null
  readonly parent_session: string | null
  readonly users: readonly Reference[]
  readonly procedures: readonly Reference[]
  readonly projects: readonly Reference[]
  /** Grams, of a weighing at the very moment that the session began. */
  readonly weight_before: number | null
  readonly water: readonly {
    readonly id: string
    readonly at: string
    readonly millilitres: number | null
    readonly water_type: string | null
  }[]
  readonly notes: readonly HungNote[]
  readonly insertions: readonly SessionInsertion[]
  readonly fields_of_view: readonly SessionFieldOfView[]
  readonly tasks: readonly { readonly id: string }[]
  readonly totals: { readonly datasets: number; readonly bytes: number }
}

/** A file of a dataset in a repository. */
export interface FileCopy {
  readonly id: string
  readonly repository: string
  readonly personal: boolean | null
  readonly path: string
  readonly exists: boolean
  /** Where it can be fetched, when its repository has an address. */
  readonly url: string | null
}

export interface SessionDataset {
  readonly id: string
  readonly name: string
  readonly collection: string | null
  readonly revision: string | null
  readonly dataset_type: string
  readonly format: string | null
  readonly file_size: number | null
  readonly hash: string | null
  readonly version: string | null
  readonly qc: number
  readonly default_dataset: boolean
  readonly created: string | null
  readonly created_by: string | null
  readonly tags: readonly (Reference & { readonly protected: boolean; readonly public: boolean })[]
  readonly copies: readonly FileCopy[]
}

export interface DayEvent {
  readonly kind: string
  /** `actions.weighing` */
  readonly model: string
  readonly id: string
  readonly title: string
  readonly at: string
}

export interface Trajectory {
  readonly id: string
  readonly provenance: number
  readonly label: string
  /** Micrometres from Bregma at the surface. */
  readonly x: number | null
  readonly y: number | null
  readonly z: number | null
  readonly depth: number | null
  /** Degrees. */
  readonly theta: number | null
  readonly phi: number | null
  readonly roll: number | null
  readonly coordinate_system: string | null
  readonly at: string
  readonly channels: number
}

export interface ChannelRegion {
  readonly id: number
  readonly acronym: string
  readonly name: string
  readonly colour: string | null
}

/** Micrometres: along the probe from its tip, and from Bregma. */
export interface ChannelPlace {
  readonly id: string
  readonly axial: number | null
  readonly lateral: number | null
  readonly x: number | null
  readonly y: number | null
  readonly z: number | null
  readonly region: ChannelRegion | null
}

export interface InsertionOverview {
  readonly id: string
  readonly name: string
  readonly serial: string
  readonly model: string | null
  readonly json: unknown
  readonly chronic_insertion: string | null
  readonly last_updated: string | null
  readonly session: Reference | null
  readonly subject: Reference | null
  /** The most believed first. */
  readonly trajectories: readonly Trajectory[]
  readonly channels: readonly ChannelPlace[]
  readonly notes: readonly HungNote[]
  readonly datasets: number
}

export interface FieldOfViewOverview {
  readonly id: string
  readonly name: string
  readonly json: unknown
  readonly imaging_type: string | null
  readonly stack: Reference | null
  readonly slices: readonly Reference[]
  readonly session: Reference | null
  readonly subject: Reference | null
  readonly locations: readonly {
    readonly id: string
    readonly provenance: string
    readonly default: boolean
    readonly coordinate_system: string | null
    readonly at: string
    /** Corners, in micrometres from Bregma. */
    readonly x: readonly number[]
    readonly y: readonly number[]
    readonly z: readonly number[]
    readonly n_xyz: readonly number[]
    readonly regions: readonly ChannelRegion[]
  }[]
  readonly notes: readonly HungNote[]
  readonly datasets: number
}

/** A region of the atlas; what lies inside has the same tree, and numbers between `left` and `right`. */
export interface RegionNode extends ChannelRegion {
  readonly level: number
  readonly parent: number | null
  readonly description: string | null
  readonly inner: boolean
  readonly tree: number
  readonly left: number
  readonly right: number
  readonly channels: number
  readonly fields_of_view: number
}

export const sessionOverview = (connection: Connection, session: string): Promise<SessionOverview> =>
  connection.get(`/sessions/${session}`)

const DATASETS_PER_REQUEST = 2000

/** All datasets of a session, however many requests that takes. */
export async function sessionDatasets(connection: Connection, session: string): Promise<readonly SessionDataset[]> {
  const all: SessionDataset[] = []
  let more = true
  while (more) {
    const page = await connection.get<{ results: SessionDataset[]; more: boolean }>(
      `/sessions/${session}/datasets?limit=${DATASETS_PER_REQUEST}&offset=${all.length}`,
    )
    all.push(...page.results)
    more = page.more && page.results.length > 0
  }
  return all
}

export const sessionDay = (
  connection: Connection,
  session: string,
): Promise<{ readonly day: string | null; readonly events: readonly DayEvent[] }> =>
  connection.get(`/sessions/${session}/day`)

/** @param provenance whose channels are meant; those of the most believed trajectory when absent */
export const insertionOverview = (
  connection: Connection,
  insertion: string,
  provenance?: number,
): Promise<InsertionOverview> =>
  connection.get(`/insertions/${insertion}${provenance === undefined ? '' : `?provenance=${provenance}`}`)

export const fieldOfViewOverview = (connection: Connection, field: string): Promise<FieldOfViewOverview> =>
  connection.get(`/fields-of-view/${field}`)

export const regionTree = async (connection: Connection): Promise<readonly RegionNode[]> =>
  (await connection.get<{ results: RegionNode[] }>('/regions/tree')).results

/** A step of a pipeline, as workers describe it or as tasks name it, with its newest task in a session. */
export interface SessionStep {
  readonly name: string | null
  /** Null when no worker described it. */
  readonly pipe: string | null
  readonly level: number
  /** Names of steps that must have run before. */
  readonly requires: readonly string[]
  readonly docstring: string | null
  /** Whether anybody could run it now: nobody, only machines that are full, or one with room. */
  readonly worker: 'none' | 'busy' | 'free'
  readonly tasks: number
  readonly task: {
    readonly id: string
    readonly status: string
    readonly changed: string
    readonly attention: string | null
    /** Of the attempt that runs. */
    readonly attempt: string | null
    readonly progress: number | null
    readonly message: string | null
  } | null
}

export interface SessionPipeline {
  readonly name: string | null
  readonly steps: readonly SessionStep[]
}

export const sessionPipelines = async (connection: Connection, session: string): Promise<readonly SessionPipeline[]> =>
  (await connection.get<{ pipelines: SessionPipeline[] }>(`/jobs/sessions/${session}`)).pipelines

/** Has a step that workers of Celery described run on a session, with what it requires. */
export async function launchStep(connection: Connection, session: string, step: string): Promise<void> {
  await connection.send('/jobs/pipelines/launch', { method: 'POST', body: { sessions: [session], step } })
}
