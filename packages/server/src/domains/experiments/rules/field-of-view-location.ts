import { FOVLocation } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, type Recorder, rulesFor, type Saved } from '../../../records/index.ts'

/** System of coordinates of a location that names none. */
const USUAL_SYSTEM = 'IBL-Allen'

/** New locations that name no system of coordinates are in the usual one. One statement, none when all name one. */
async function fillSystems(drafts: readonly Draft<typeof FOVLocation>[], { db }: Recorder): Promise<void> {
  const missing = drafts.filter(({ before, given }) => !before && !given.has('coordinate_system_id'))
  if (missing.length === 0) return
  const [found] = await db.rows(
    sql`select id from experiments_coordinatesystem where name = ${USUAL_SYSTEM} order by id limit 1`,
  )
  for (const { values } of missing) values.coordinate_system_id = found?.[0] ?? null
}

/**
 * One location of a field of view at most is the one to believe: the last that was said to be. Two statements and those of
 * a change, none when no location is believed. The first makes two who say so at the same time wait for each other.
 */
async function demoteOthers(saved: readonly Saved<typeof FOVLocation>[], recorder: Recorder): Promise<void> {
  const believed = new Map(
    saved.filter(({ after }) => after.default_provenance).map(({ key, after }) => [after.field_of_view_id, key]),
  )
  if (believed.size === 0) return
  // Not the stronger lock of a change: whoever has just made a location holds the weak one that refers to its field of view.
  await recorder.db.rows(sql`
    select id from experiments_fov where id = any(${[...believed.keys()]}::uuid[]) order by id for no key update`)
  const others = await recorder.db.rows(sql`
    select id from experiments_fovlocation where default_provenance
      and field_of_view_id = any(${[...believed.keys()]}::uuid[]) and id <> all(${[...believed.values()]}::uuid[])`)
  await recorder.change(
    FOVLocation,
    others.map(([key]) => ({ key: key!, values: { default_provenance: false } })),
  )
}

export const fieldOfViewLocationRules = rulesFor(FOVLocation, { prepare: fillSystems, follow: demoteOthers })
