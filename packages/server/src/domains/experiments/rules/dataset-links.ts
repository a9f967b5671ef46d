import { Dataset, FOV, ProbeInsertion } from '@alyx/models'
import { identifier, join, raw, type Sql, sql } from '../../../database/index.ts'
import { type Key, type Recorder, type Rules, rulesFor, type Saved } from '../../../records/index.ts'
import { waitForTurns } from '../../data/index.ts'

/** What datasets are linked to by the folder they lie in. */
const OWNERS = [
  { table: 'experiments_probeinsertion', links: 'experiments_probeinsertion_datasets', column: 'probeinsertion_id' },
  { table: 'experiments_fov', links: 'experiments_fov_datasets', column: 'fov_id' },
] as const
type Owner = (typeof OWNERS)[number]

/** Makes links exactly the wanted ones, writing the difference only; `scope` says which links are looked at. */
const replacing = ({ links, column }: Owner, at: number, scope: Sql, wanted: Sql): Sql => {
  const [table, owner] = [identifier(links), identifier(column)]
  const name = raw(`wanted${at}`)
  return sql`${name} as (${wanted}), ${raw(`gone${at}`)} as (
  delete from ${table} as l where ${scope}
    and not exists (select from ${name} as w where w.owner = l.${owner} and w.dataset = l.dataset_id)
), ${raw(`added${at}`)} as (
  insert into ${table} (${owner}, dataset_id) select w.owner, w.dataset from ${name} as w
  where not exists (select from ${table} as l where l.${owner} = w.owner and l.dataset_id = w.dataset)
  on conflict do nothing
)`
}

/** `alf/probe00` lies in the folder of something called `probe00`. */
const inFolderOfOwner = ({ session_id, collection }: { session_id: string | null; collection: string }): boolean =>
  session_id !== null && collection.split('/').length > 1

/**
 * Datasets of a session whose second folder has the name of an insertion or a field of view of that session belong to it,
 * and to no other one. Where nothing has that name, the links stay as they are. One statement, however many datasets.
 *
 * Source: Alyx 3.6.1, data/models.py, Dataset.save.
 */
async function linkDatasets(saved: readonly Saved<typeof Dataset>[], { db }: Recorder): Promise<void> {
  const placed = saved
    .filter(({ after }) => inFolderOfOwner(after))
    .map(({ key, after }) => ({ dataset: key, session: after.session_id, name: after.collection.split('/')[1] }))
  if (placed.length === 0) return
  const document = JSON.stringify(placed)
  const keys = placed.map(({ dataset }) => dataset)
  // Said apart from the datasets, so that PostgreSQL begins with the few owners of these sessions.
  const sessions = [...new Set(placed.map(({ session }) => session))]
  const parts = OWNERS.map((owner, at) => {
    const wanted = sql`select o.id as owner, g.dataset from ${identifier(owner.table)} as o
    join json_to_recordset(${document}::json) as g(dataset uuid, session uuid, name text)
      on o.session_id = g.session and o.name = g.name
    where o.session_id = any(${sessions}::uuid[])`
    const scope = sql`l.dataset_id = any(${keys}::uuid[])
    and exists (select from ${raw(`wanted${at}`)} as w where w.dataset = l.dataset_id)`
    return replacing(owner, at, scope, wanted)
  })
  await db.execute(sql`with ${join(parts)} select 1`)
}

/** What an insertion and a field of view have in common. */
interface SavedOwner {
  readonly key: Key
  readonly before: unknown
  readonly after: { readonly session_id: string | null }
}

/**
 * An insertion or a field of view that is saved has the datasets of its session whose folder contains its name, whatever
 * the case. One statement, and one more for new ones: datasets that somebody registers at this moment are waited for, as
 * neither could see the other. Source: Alyx 3.6.1, experiments/models.py.
 */
async function linkOwners(owner: Owner, saved: readonly SavedOwner[], { db }: Recorder): Promise<void> {
  if (saved.length === 0) return
  const keys = saved.map(({ key }) => key)
  // Not for changed ones: who registers a dataset of theirs waits for the row already, and would be waited for.
  const fresh = saved.flatMap(({ before, after: { session_id } }) =>
    before || session_id === null ? [] : { session_id },
  )
  if (fresh.length > 0) await waitForTurns(db, fresh)
  const wanted = sql`select o.id as owner, d.id as dataset from ${identifier(owner.table)} as o
    join data_dataset d on d.session_id = o.session_id and strpos(upper(d.collection), upper(o.name)) > 0
    where o.id = any(${keys}::uuid[])`
  const scope = sql`l.${identifier(owner.column)} = any(${keys}::uuid[])`
  await db.execute(sql`with ${replacing(owner, 0, scope, wanted)} select 1`)
}

export const datasetLinkRules: readonly Rules[] = [
  rulesFor(Dataset, { follow: linkDatasets }),
  rulesFor(ProbeInsertion, { follow: (saved, recorder) => linkOwners(OWNERS[0], saved, recorder) }),
  rulesFor(FOV, { follow: (saved, recorder) => linkOwners(OWNERS[1], saved, recorder) }),
]
