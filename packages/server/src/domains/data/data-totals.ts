/** How much data there is, of whom and where: sums over all datasets, worked out now and then and remembered. */
import { type Db, sql } from '../../database/index.ts'
import type { Key } from '../../records/index.ts'

interface Sum {
  readonly id: Key | null
  readonly title: string | null
  readonly datasets: number
  readonly bytes: number
}

/** A dataset of several projects counts for each of them, in all it counts once. */
export interface DataTotals {
  readonly as_of: string
  readonly all: { readonly datasets: number; readonly bytes: number; readonly without_size: number }
  readonly labs: readonly (Sum & { readonly missing: number })[]
  readonly projects: readonly Sum[]
  readonly types: readonly Sum[]
  /** Copies in each repository: those that are there, and those that are expected. */
  readonly repositories: readonly (Sum & { readonly personal: boolean | null; readonly expected: number })[]
  readonly months: readonly { readonly month: string; readonly datasets: number; readonly bytes: number }[]
  /** Datasets without an existing copy in any repository that is not personal. */
  readonly missing: number
}

/**
 * Datasets without a copy that everybody reaches, as a list of keys of its own: asked for row by row, or with a limit in
 * sight, the planner would look the copies of each dataset up, which takes five times as long.
 */
const MISSING = sql`missing as materialized (select d.id from data_dataset d where not exists (select from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
  where f.dataset_id = d.id and f."exists" and r.globus_is_personal is not true))`

/** Reads every dataset and copy: seconds for a million. Five statements, one after the other. */
async function workedOut(db: Db): Promise<DataTotals> {
  const [all] = await db.objects<DataTotals['all'] & { as_of: string; types: Sum[] }>(sql`
    with kind as (
      select dataset_type_id as id, count(*) as datasets, coalesce(sum(file_size), 0) as bytes,
             count(*) filter (where file_size is null) as without_size
        from data_dataset group by 1)
    select coalesce(sum(kind.datasets), 0)::bigint as datasets, coalesce(sum(bytes), 0)::bigint as bytes,
           coalesce(sum(without_size), 0)::bigint as without_size, to_json(now()) as as_of,
           coalesce(json_agg(json_build_object('id', t.id, 'title', t.name, 'datasets', kind.datasets, 'bytes', bytes)
                    order by bytes desc, t.name) filter (where t.id is not null), '[]') as types
      from kind left join data_datasettype t on t.id = kind.id`)
  const labs = await db.objects<Sum & { missing: number }>(sql`
    with ${MISSING}
    select l.id, l.name as title, count(*)::bigint as datasets, coalesce(sum(d.file_size), 0)::bigint as bytes,
           count(missing.id)::bigint as missing
      from data_dataset d left join missing on missing.id = d.id
      left join actions_session a on a.id = d.session_id left join misc_lab l on l.id = a.lab_id
     group by l.id order by 4 desc, l.name`)
  const projects = await db.objects<Sum>(sql`
    select p.id, p.name as title, count(*)::bigint as datasets, coalesce(sum(d.file_size), 0)::bigint as bytes
      from data_dataset d join actions_session_projects j on j.session_id = d.session_id join subjects_project p on p.id = j.project_id
     group by p.id order by 4 desc, p.name`)
  const repositories = await db.objects<DataTotals['repositories'][number]>(sql`
    select r.id, r.name as title, r.globus_is_personal as personal,
           count(*) filter (where f."exists")::bigint as datasets,
           coalesce(sum(d.file_size) filter (where f."exists"), 0)::bigint as bytes,
           count(*) filter (where not f."exists")::bigint as expected
      from data_filerecord f join data_dataset d on d.id = f.dataset_id join data_datarepository r on r.id = f.data_repository_id
     group by r.id order by 5 desc, r.name`)
  const months = await db.objects<DataTotals['months'][number]>(sql`
    select to_char(date_trunc('month', created_datetime), 'YYYY-MM') as month, count(*)::bigint as datasets,
           coalesce(sum(file_size), 0)::bigint as bytes
      from data_dataset where created_datetime is not null group by 1 order by 1`)
  const { types, as_of, ...sums } = all!
  const missing = labs.reduce((sum, lab) => sum + Number(lab.missing), 0)
  return { as_of, all: sums, labs, projects, types, repositories, months, missing }
}

/** After so long the sums are worked out anew. */
const FRESH_MS = 10 * 60 * 1000

/** Remembers the totals of a database: nobody waits for sums that are ten minutes old, but for the very first. */
export class RememberedTotals {
  readonly #db: Db
  #known: { readonly totals: DataTotals; readonly at: number } | undefined
  #working: Promise<DataTotals> | undefined

  constructor(db: Db) {
    this.#db = db
  }

  async get(fresh = false): Promise<DataTotals> {
    const old = this.#known === undefined || Date.now() - this.#known.at > FRESH_MS
    if (fresh || old) {
      this.#working ??= workedOut(this.#db)
        .then((totals) => {
          this.#known = { totals, at: Date.now() }
          return totals
        })
        .finally(() => {
          this.#working = undefined
        })
      // Those who get the old sums do not hear of a failure of the new ones.
      if (this.#known && !fresh) this.#working.catch(() => undefined)
      else return this.#working
    }
    return this.#known!.totals
  }
}

/** A dataset of which no copy is where everybody reaches it. */
export interface MissingDataset {
  readonly id: Key
  readonly name: string
  readonly collection: string
  readonly file_size: number | null
  readonly created: string | null
  readonly session: { readonly id: Key; readonly title: string } | null
  readonly lab: string | null
  readonly copies: readonly {
    readonly repository: string
    readonly personal: boolean | null
    readonly exists: boolean
  }[]
}

/** Such datasets, the latest first. One statement. @returns one more than the limit when there are more */
export function missingDatasets(
  db: Db,
  { lab, limit, offset }: { readonly lab?: Key | undefined; readonly limit: number; readonly offset: number },
): Promise<MissingDataset[]> {
  return db.objects(sql`
    with ${MISSING}
    select d.id, d.name, d.collection, d.file_size, to_json(d.created_datetime) as created, l.name as lab,
           case when a.id is not null then json_build_object('id', a.id, 'title',
             s.nickname || '/' || to_char(a.start_time, 'YYYY-MM-DD') || '/' || coalesce(lpad(a.number::text, 3, '0'), '')) end as session,
           (select coalesce(json_agg(json_build_object('repository', r.name, 'personal', r.globus_is_personal, 'exists', f."exists")
                     order by r.name), '[]')
              from data_filerecord f join data_datarepository r on r.id = f.data_repository_id where f.dataset_id = d.id) as copies
      from missing join data_dataset d on d.id = missing.id
      left join actions_session a on a.id = d.session_id left join subjects_subject s on s.id = a.subject_id
      left join misc_lab l on l.id = a.lab_id
     where (${lab ?? null}::uuid is null or a.lab_id = ${lab ?? null}::uuid)
     order by d.created_datetime desc, d.id limit ${limit + 1} offset ${offset}`)
}
