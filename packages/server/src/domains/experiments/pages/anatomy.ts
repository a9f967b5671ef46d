/** Where probes went: trajectories by provenance, channels with their regions, and the tree of regions with counts. */
import { type Db, sql } from '../../../database/index.ts'
import type { Key } from '../../../records/index.ts'
import { regionColours } from '../region-colours.ts'

/** From what is believed most to what was planned. */
export const PROVENANCES = [
  [70, 'Ephys aligned histology track'],
  [50, 'Histology track'],
  [30, 'Micro-manipulator'],
  [10, 'Planned'],
] as const

const labelOf = (provenance: number): string => PROVENANCES.find(([value]) => value === provenance)?.[1] ?? ''

/** See the statement. */
type InsertionRow = Readonly<Record<string, unknown>> & {
  readonly trajectories: readonly (Readonly<Record<string, unknown>> & { readonly provenance: number })[]
  /** With the path of their picture in the media folder. */
  readonly notes: readonly { readonly image: string | null }[]
}

/** An insertion with its trajectories, the most believed first. One statement; undefined when there is none. */
export async function insertionOverview(db: Db, insertion: Key): Promise<InsertionRow | undefined> {
  const [row] = await db.objects<InsertionRow>(sql`
    select i.id, i.name, i.serial, i.json, m.name as model, i.chronic_insertion_id as chronic_insertion,
           to_json(i.auto_datetime) as last_updated,
           case when a.id is not null then json_build_object('id', a.id, 'title',
             s.nickname || '/' || to_char(a.start_time, 'YYYY-MM-DD') || '/' || coalesce(lpad(a.number::text, 3, '0'), '')) end as session,
           case when s.id is not null then json_build_object('id', s.id, 'title', s.nickname) end as subject,
           (select coalesce(json_agg(json_build_object('id', t.id, 'provenance', t.provenance, 'x', t.x, 'y', t.y, 'z', t.z,
                     'depth', t.depth, 'theta', t.theta, 'phi', t.phi, 'roll', t.roll, 'coordinate_system', cs.name,
                     'at', t.datetime, 'channels', (
                       select count(*) from experiments_channel c where c.trajectory_estimate_id = t.id))
                     order by t.provenance desc), '[]')
              from experiments_trajectoryestimate t left join experiments_coordinatesystem cs on cs.id = t.coordinate_system_id
             where t.probe_insertion_id = i.id) as trajectories,
           (select coalesce(json_agg(json_build_object('id', n.id, 'at', n.date_time, 'user', u.username, 'text', n.text,
                     'image', nullif(n.image, '')) order by n.date_time desc), '[]')
              from misc_note n left join misc_labmember u on u.id = n.user_id where n.object_id = i.id) as notes,
           (select count(*)::int from experiments_probeinsertion_datasets j where j.probeinsertion_id = i.id) as datasets
      from experiments_probeinsertion i left join experiments_probemodel m on m.id = i.model_id
      left join actions_session a on a.id = i.session_id left join subjects_subject s on s.id = a.subject_id
     where i.id = ${insertion}`)
  return (
    row && {
      ...row,
      trajectories: row.trajectories.map((one) => ({ ...one, label: labelOf(one.provenance) })),
    }
  )
}

/** A channel: micrometres along the probe, metres in the brain. */
export interface ChannelPlace {
  readonly id: Key
  readonly axial: number | null
  readonly lateral: number | null
  readonly x: number | null
  readonly y: number | null
  readonly z: number | null
  readonly region: {
    readonly id: number
    readonly acronym: string
    readonly name: string
    readonly colour: string | null
  } | null
}

const MOST_CHANNELS = 5000

/**
 * Channels of an insertion along the probe, from the tip: those of the trajectory of a provenance, else of the most
 * believed one that has any. One statement.
 */
export async function channelsOfInsertion(db: Db, insertion: Key, provenance?: number): Promise<ChannelPlace[]> {
  const colourOf = await regionColours()
  const rows = await db.objects<ChannelPlace>(sql`
    select c.id, c.axial, c."lateral", c.x, c.y, c.z,
           case when b.id is not null then json_build_object('id', b.id, 'acronym', b.acronym, 'name', b.name) end as region
      from experiments_channel c left join experiments_brainregion b on b.id = c.brain_region_id
     where c.trajectory_estimate_id = (
       select t.id from experiments_trajectoryestimate t
        where t.probe_insertion_id = ${insertion} and (${provenance ?? null}::int is null or t.provenance = ${provenance ?? null}::int)
          and exists (select from experiments_channel any_of where any_of.trajectory_estimate_id = t.id)
        order by t.provenance desc, t.id limit 1)
     order by c.axial, c."lateral", c.id limit ${MOST_CHANNELS}`)
  return rows.map((row) => ({ ...row, region: row.region && { ...row.region, colour: colourOf(row.region.id) } }))
}

/** A region of the tree. */
export interface RegionNode {
  readonly id: number
  readonly acronym: string
  readonly name: string
  readonly level: number
  readonly parent: number | null
  readonly description: string | null
  readonly colour: string | null
  /** It has regions inside it. */
  readonly inner: boolean
  /** Nested sets: what lies inside has the same tree, and numbers between these two. */
  readonly tree: number
  readonly left: number
  readonly right: number
  /** Channels and fields of view in it and everything inside it. */
  readonly channels: number
  readonly fields_of_view: number
}

/** The whole tree in the order of the atlas, with the same counts. One statement. */
export async function regionTree(db: Db): Promise<RegionNode[]> {
  const colourOf = await regionColours()
  const rows = await db.objects<Omit<RegionNode, 'colour'>>(sql`
    with channels as (
      select b.id, sum(c.number)::int as number
        from (select brain_region_id as region, count(*) as number from experiments_channel where brain_region_id is not null group by 1) c
        join experiments_brainregion d on d.id = c.region
        join experiments_brainregion b on b.tree_id = d.tree_id and d.lft between b.lft and b.rght
       group by b.id
    ), fields as (
      select b.id, count(distinct l.field_of_view_id)::int as number
        from experiments_fovlocation l join experiments_fovlocation_brain_region j on j.fovlocation_id = l.id
        join experiments_brainregion d on d.id = j.brainregion_id
        join experiments_brainregion b on b.tree_id = d.tree_id and d.lft between b.lft and b.rght
       where l.default_provenance group by b.id
    )
    select b.id, b.acronym, b.name, b.level, b.parent_id as parent, b.description, b.rght > b.lft + 1 as inner,
           b.tree_id as tree, b.lft as left, b.rght as right,
           coalesce(c.number, 0) as channels, coalesce(f.number, 0) as fields_of_view
      from experiments_brainregion b left join channels c on c.id = b.id left join fields f on f.id = b.id
     order by b.tree_id, b.lft`)
  return rows.map((row) => ({ ...row, colour: colourOf(row.id) }))
}

/** The regions inside one, or the outermost. One statement; counts follow the nested sets of the tree. */
export async function regionsInside(db: Db, parent: number | undefined): Promise<RegionNode[]> {
  const colourOf = await regionColours()
  const rows = await db.objects<Omit<RegionNode, 'colour'>>(sql`
    with channels as (
      select brain_region_id as region, count(*) as number from experiments_channel
       where brain_region_id is not null group by 1
    ), fields as (
      select j.brainregion_id as region, l.field_of_view_id from experiments_fovlocation l
        join experiments_fovlocation_brain_region j on j.fovlocation_id = l.id where l.default_provenance
    )
    select b.id, b.acronym, b.name, b.level, b.parent_id as parent, b.description, b.rght > b.lft + 1 as inner,
           b.tree_id as tree, b.lft as left, b.rght as right,
           (select coalesce(sum(c.number), 0)::int from channels c join experiments_brainregion d on d.id = c.region
             where d.tree_id = b.tree_id and d.lft between b.lft and b.rght) as channels,
           (select count(distinct f.field_of_view_id)::int from fields f join experiments_brainregion d on d.id = f.region
             where d.tree_id = b.tree_id and d.lft between b.lft and b.rght) as fields_of_view
      from experiments_brainregion b
     where b.parent_id is not distinct from ${parent ?? null}::int
     order by b.tree_id, b.lft`)
  return rows.map((row) => ({ ...row, colour: colourOf(row.id) }))
}

/** A region as a field of view has it. */
interface CoveredRegion {
  readonly id: number
  readonly acronym: string
  readonly name: string
}

/** See the statement. */
type FieldOfViewRow = Readonly<Record<string, unknown>> & {
  readonly locations: readonly (Readonly<Record<string, unknown>> & { readonly regions: readonly CoveredRegion[] })[]
  /** With the path of their picture in the media folder. */
  readonly notes: readonly { readonly image: string | null }[]
}

/** A field of view with its places, the one to believe first. One statement; undefined when there is none. */
export async function fieldOfViewOverview(db: Db, field: Key): Promise<FieldOfViewRow | undefined> {
  const colourOf = await regionColours()
  const [row] = await db.objects<FieldOfViewRow>(sql`
    select f.id, f.name, f.json, it.name as imaging_type,
           case when k.id is not null then json_build_object('id', k.id, 'title', k.name) end as stack,
           (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.name) order by o.name, o.id), '[]')
              from experiments_fov o where o.stack_id = f.stack_id and o.id <> f.id) as slices,
           case when a.id is not null then json_build_object('id', a.id, 'title',
             s.nickname || '/' || to_char(a.start_time, 'YYYY-MM-DD') || '/' || coalesce(lpad(a.number::text, 3, '0'), '')) end as session,
           case when s.id is not null then json_build_object('id', s.id, 'title', s.nickname) end as subject,
           (select coalesce(json_agg(json_build_object('id', l.id, 'provenance', l.provenance, 'default', l.default_provenance,
                     'coordinate_system', cs.name, 'at', l.auto_datetime, 'x', l.x, 'y', l.y, 'z', l.z, 'n_xyz', l.n_xyz, 'regions', (
                       select coalesce(json_agg(json_build_object('id', b.id, 'acronym', b.acronym, 'name', b.name) order by b.lft), '[]')
                         from experiments_fovlocation_brain_region j join experiments_brainregion b on b.id = j.brainregion_id
                        where j.fovlocation_id = l.id)) order by l.default_provenance desc, l.provenance), '[]')
              from experiments_fovlocation l left join experiments_coordinatesystem cs on cs.id = l.coordinate_system_id
             where l.field_of_view_id = f.id) as locations,
           (select coalesce(json_agg(json_build_object('id', n.id, 'at', n.date_time, 'user', u.username, 'text', n.text,
                     'image', nullif(n.image, '')) order by n.date_time desc), '[]')
              from misc_note n left join misc_labmember u on u.id = n.user_id where n.object_id = f.id) as notes,
           (select count(*)::int from experiments_fov_datasets j where j.fov_id = f.id) as datasets
      from experiments_fov f left join experiments_imagingtype it on it.id = f.imaging_type_id
      left join experiments_imagingstack k on k.id = f.stack_id
      left join actions_session a on a.id = f.session_id left join subjects_subject s on s.id = a.subject_id
     where f.id = ${field}`)
  const coloured = (region: CoveredRegion) => ({ ...region, colour: colourOf(region.id) })
  return row && { ...row, locations: row.locations.map((one) => ({ ...one, regions: one.regions.map(coloured) })) }
}
