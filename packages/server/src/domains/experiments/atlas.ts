import { BrainRegion } from '@alyx/models'
import { sql } from 'kysely'
import type { CustomLink, Fragment, Scope } from '../../query/index.ts'
import { containing } from '../data/index.ts'

/** A question about brain regions: those that match, together with everything inside them. */
export type RegionQuestion =
  | { readonly by: 'id'; readonly value: number }
  | { readonly by: 'acronym'; readonly value: string }
  | { readonly by: 'name'; readonly value: string }

/** `ALIGNED`: the trajectory was aligned to electrophysiology; nothing less says where a channel is. */
const ALIGNED = 70

/** No name and no acronym is longer; comparing with a text that is costs seconds for each page. */
const LONGEST_NAME = BrainRegion.fields.name.maxLength

function regions(question: RegionQuestion): Fragment {
  if (question.by !== 'id' && question.value.length > LONGEST_NAME) return sql`(select null::integer where false)`
  const match = {
    id: () => sql`a.id = ${question.value}::float8`,
    acronym: () => sql`upper(a.acronym) = upper(${question.value})`,
    name: () => sql`a.name ilike ${containing(String(question.value))}`,
  }[question.by]()
  return sql`(select b.id from experiments_brainregion a join experiments_brainregion b on b.tree_id = a.tree_id and b.lft between a.lft and a.rght where ${match})`
}

const trajectoryIn = (
  owner: 'probe_insertion_id' | 'chronic_insertion_id',
  key: Fragment,
  question: RegionQuestion,
): Fragment =>
  sql`exists (select 1 from experiments_trajectoryestimate t join experiments_channel c on c.trajectory_estimate_id = t.id where t.${sql.ref(owner)} = ${key} and t.provenance >= ${sql.lit(ALIGNED)} and c.brain_region_id in ${regions(question)})`

const fieldOfViewIn = (condition: Fragment, question: RegionQuestion): Fragment =>
  sql`exists (select 1 from experiments_fov f join experiments_fovlocation l on l.field_of_view_id = f.id join experiments_fovlocation_brain_region lr on lr.fovlocation_id = l.id where ${condition} and l.default_provenance and lr.brainregion_id in ${regions(question)})`

/** Sessions with an aligned channel or a field of view in the regions. */
export const sessionsInRegions = (session: Scope, question: RegionQuestion): Fragment<boolean> =>
  sql<boolean>`(${session.key} in (select i.session_id from experiments_probeinsertion i join experiments_trajectoryestimate t on t.probe_insertion_id = i.id join experiments_channel c on c.trajectory_estimate_id = t.id where t.provenance >= ${sql.lit(ALIGNED)} and c.brain_region_id in ${regions(question)}) or ${fieldOfViewIn(sql`f.session_id = ${session.key}`, question)})`

export const insertionsInRegions = (insertion: Scope, question: RegionQuestion): Fragment<boolean> =>
  sql<boolean>`${trajectoryIn('probe_insertion_id', insertion.key, question)}`

export const chronicInsertionsInRegions = (insertion: Scope, question: RegionQuestion): Fragment<boolean> =>
  sql<boolean>`${trajectoryIn('chronic_insertion_id', insertion.key, question)}`

export const fieldsOfViewInRegions = (fov: Scope, question: RegionQuestion): Fragment<boolean> =>
  sql<boolean>`${fieldOfViewIn(sql`f.id = ${fov.key}`, question)}`

export const stacksInRegions = (stack: Scope, question: RegionQuestion): Fragment<boolean> =>
  sql<boolean>`${fieldOfViewIn(sql`f.stack_id = ${stack.key}`, question)}`

/** A region by its number, or by its acronym as it is written. */
const named = (text: string): Fragment => (/^\d+$/.test(text) ? sql`a.id = ${text}::numeric` : sql`a.acronym = ${text}`)

/** True when a region of this number or acronym exists. */
export const regionExists = (text: string): Fragment<boolean> =>
  sql<boolean>`exists (select 1 from experiments_brainregion a where ${named(text)})`

/** The region and everything it lies in; the root that stands for "outside" excluded. */
export const regionsAround = (region: Scope, text: string): Fragment<boolean> =>
  sql<boolean>`(${region.own('id')} <> 0 and exists (select 1 from experiments_brainregion a where ${named(text)} and a.tree_id = ${region.own('tree_id')} and a.lft between ${region.own('lft')} and ${region.own('rght')}))`

/** The region and everything in it. */
export const regionsWithin = (region: Scope, text: string): Fragment<boolean> =>
  sql<boolean>`(${region.own('id')} <> 0 and exists (select 1 from experiments_brainregion a where ${named(text)} and a.tree_id = ${region.own('tree_id')} and ${region.own('lft')} between a.lft and a.rght))`

/** Regions around and within a region that somebody has described. */
export const describedRelatives: CustomLink = {
  to: BrainRegion,
  on: (other, region) =>
    sql`${other.own('tree_id')} = ${region.own('tree_id')} and ${other.own('id')} <> ${region.own('id')} and ${other.own('description')} is not null and (${region.own('lft')} between ${other.own('lft')} and ${other.own('rght')} or ${other.own('lft')} between ${region.own('lft')} and ${region.own('rght')})`,
}
