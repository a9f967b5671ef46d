/** Takes a culling back that was recorded by mistake, as long as nothing else happened to the animals since. */
import { Cull, Subject, WaterRestriction } from '@alyx/models'
import { sql } from '../../database/index.ts'
import { type Key, type Recorder, Refused } from '../../records/index.ts'

/** One entry of the history of all changes. */
interface Change {
  readonly id: bigint | number
  readonly key: Key
  readonly table_name: string
  readonly operation: string
  readonly old: Readonly<Record<string, unknown>> | null
  /** In the transaction that recorded the culling of its animal. */
  readonly own: boolean
  readonly subject_id: Key
  readonly user_id: Key | null
}

/** What a culling changes of an animal, by its own record or by what follows. */
const FORMER = ['death_date', 'to_be_culled', 'actual_severity', 'protocol_number'] as const

/** Who wants it back. */
export interface Undoer {
  readonly id: Key
  readonly isSuperuser: boolean
}

/** Values as they were before the first of several changes. */
function formerOf(changes: readonly Change[]): Record<string, unknown> {
  const former: Record<string, unknown> = {}
  for (const { old, operation } of changes)
    if (operation === 'update')
      for (const [column, value] of Object.entries(old ?? {})) if (!(column in former)) former[column] = value
  return former
}

/**
 * Gives animals back the state that they had before they were culled: their lives, severities, and restrictions that ended
 * with them. All of them or none; a fixed number of statements.
 *
 * @returns keys of the animals
 * @throws Refused `missing` for culls that are not there, `forbidden` for those that somebody else recorded, `conflict`
 *   when an animal, its cull or its restrictions were changed since, or when nobody knows what they were before
 */
export async function undoCulling(recorder: Recorder, culls: readonly Key[], who: Undoer): Promise<Key[]> {
  const rows = await recorder.lock(Cull, culls)
  const missing = culls.filter((key) => !rows.has(key))
  if (missing.length > 0) throw new Refused('missing', `There is no cull with the identifier ${missing.join(', ')}.`)
  const animals = await recorder.lock(
    Subject,
    [...rows.values()].map(({ subject_id }) => subject_id),
  )
  const changes = await recorder.db.objects<Change>(sql`
    with made as (
      select k.key, k.subject_id, c.transaction, c.user_id, c.id
        from unnest(${[...rows.keys()]}::text[], ${[...rows.values()].map(({ subject_id }) => subject_id)}::uuid[]) as k(key, subject_id)
        join alyx.change c on c.key = k.key and c.table_name = 'actions_cull' and c.operation = 'insert'
    ), concerned as (
      select made.*, made.key as record, 'actions_cull' as table_name from made
      union all select made.*, made.subject_id::text, 'subjects_subject' from made
      union all select made.*, r.id::text, 'actions_waterrestriction' from made
        join actions_waterrestriction r on r.subject_id = made.subject_id
    )
    select c.id, c.key, c.table_name, c.operation, c.old, c.transaction = o.transaction as own, o.subject_id, o.user_id
      from concerned o join alyx.change c on c.key = o.record and c.table_name = o.table_name
     where c.transaction = o.transaction or c.id > o.id
     order by c.id`)
  const nameOf = (key: Key) => animals.get(key)?.nickname ?? key
  const known = new Set(changes.map(({ subject_id }) => subject_id))
  const refuse = (kind: 'conflict' | 'forbidden', names: Iterable<Key>, sentence: string) => {
    const listed = [...new Set(names)].map(nameOf).sort()
    if (listed.length > 0) throw new Refused(kind, `${sentence}: ${listed.join(', ')}. Nothing was changed.`)
  }
  refuse(
    'conflict',
    [...animals.keys()].filter((key) => !known.has(key)),
    'Nobody knows what these were before they were culled',
  )
  if (!who.isSuperuser)
    refuse(
      'forbidden',
      changes.filter(({ user_id }) => user_id !== who.id).map(({ subject_id }) => subject_id),
      'Only who recorded a culling, and superusers, may take it back',
    )
  refuse(
    'conflict',
    changes.filter(({ own }) => !own).map(({ subject_id }) => subject_id),
    'Something was changed since they were culled',
  )
  await recorder.remove(Cull, [...rows.keys()])
  const ended = Map.groupBy(
    changes.filter(({ table_name }) => table_name === 'actions_waterrestriction'),
    ({ key }) => key,
  )
  await recorder.change(
    WaterRestriction,
    [...ended].flatMap(([key, own]) => {
      const former = formerOf(own)
      return 'end_time' in former ? [{ key, values: { end_time: former.end_time as string | null } }] : []
    }),
  )
  const bySubject = Map.groupBy(
    changes.filter(({ table_name }) => table_name === 'subjects_subject'),
    ({ key }) => key,
  )
  await recorder.change(
    Subject,
    [...bySubject].map(([key, own]) => {
      const former = formerOf(own)
      return {
        key,
        values: Object.fromEntries(FORMER.flatMap((name) => (name in former ? [[name, former[name]]] : []))),
      }
    }),
  )
  return [...animals.keys()]
}
