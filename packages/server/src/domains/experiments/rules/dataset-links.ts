import { Dataset, FOV, ProbeInsertion } from '@alyx/models'
import { identifier, join, raw, type Sql, sql } from '../../../database/index.ts'
import { type Key, type Recorder, type Rules, rulesFor, type Saved } from '../../../records/index.ts'

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
  const keys = saved.filter(({ after }) => inFolderOfOwner(after)).map(({ key }) => key)
  if (keys.length === 0) return
  const parts = OWNERS.map((owner, at) => {
    const wanted = sql`select o.id as owner, d.id as dataset from data_dataset d
    join ${identifier(owner.table)} as o on o.session_id = d.session_id and o.name = split_part(d.collection, '/', 2)
    where d.id = any(${keys}::uuid[])`
    return replacing(owner, at, sql`l.dataset_id in (select w.dataset from ${raw(`wanted${at}`)} as w)`, wanted)
  })
  await db.execute(sql`with ${join(parts)} select 1`)
}

/**
 * An insertion or a field of view that is saved has the datasets of its session whose folder contains its name, whatever
 * the case. One statement. Source: Alyx 3.6.1, experiments/models.py.
 */
async function linkOwners(owner: Owner, keys: readonly Key[], { db }: Recorder): Promise<void> {
  if (keys.length === 0) return
  const wanted = sql`select o.id as owner, d.id as dataset from ${identifier(owner.table)} as o
    join data_dataset d on d.session_id = o.session_id and strpos(upper(d.collection), upper(o.name)) > 0
    where o.id = any(${keys}::uuid[])`
  const scope = sql`l.${identifier(owner.column)} = any(${keys}::uuid[])`
  await db.execute(sql`with ${replacing(owner, 0, scope, wanted)} select 1`)
}

const keysOf = (saved: readonly { readonly key: Key }[]): readonly Key[] => saved.map(({ key }) => key)

export const datasetLinkRules: readonly Rules[] = [
  rulesFor(Dataset, { follow: linkDatasets }),
  rulesFor(ProbeInsertion, { follow: (saved, recorder) => linkOwners(OWNERS[0], keysOf(saved), recorder) }),
  rulesFor(FOV, { follow: (saved, recorder) => linkOwners(OWNERS[1], keysOf(saved), recorder) }),
]
