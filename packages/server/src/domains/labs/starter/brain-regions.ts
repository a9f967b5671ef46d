import { BrainRegion, columnOf } from '@alyx/models'
import { type Db, identifier, join, sql } from '../../../database/index.ts'
import { type NestedSet, nestedSets } from './nested-sets.ts'
import { readStarterRows } from './starter-rows.ts'

interface Region extends NestedSet {
  readonly id: number
  readonly acronym: string
  readonly name: string
  readonly parent_id: number | null
}

const table = identifier(BrainRegion.table)
const numbers = ['lft', 'rght', 'level', 'tree_id'] as const

/**
 * Adds the regions of the Allen atlas that the table lacks, by id, acronym and name, and numbers the tree again where
 * they made room: the file says only who is whose parent, in the atlas's order. Regions that a lab added or moved stay
 * where they are; new ones come after their siblings.
 *
 * @returns number of regions added
 */
export async function addBrainRegions(db: Db): Promise<number> {
  const columns = ['id', 'acronym', 'name', 'parent', ...numbers].map((name) => identifier(columnOf(BrainRegion, name)))
  const present = await db.objects<Region>(sql`select ${join(columns)} from ${table} order by tree_id, lft`)

  const ids = new Set(present.map(({ id }) => id))
  const taken = new Set(present.flatMap(({ acronym, name }) => [`acronym ${acronym}`, `name ${name}`]))
  const added: (Record<string, unknown> & Omit<Region, keyof NestedSet>)[] = []
  for (const row of (await readStarterRows(BrainRegion)) as (Record<string, unknown> & Region)[]) {
    const { lft, rght, level, tree_id, ...region } = row
    // A region whose parent the lab renumbered has no place to go.
    const hasPlace = region.parent_id === null || ids.has(region.parent_id)
    const isNew = !ids.has(region.id) && !taken.has(`acronym ${region.acronym}`) && !taken.has(`name ${region.name}`)
    if (!isNew || !hasPlace) continue
    ids.add(region.id)
    added.push(region)
  }
  if (added.length === 0) return 0

  const places = nestedSets([...present, ...added])
  const moved = present.filter((region) => numbers.some((name) => places.get(region.id)?.[name] !== region[name]))
  const rows = [...moved, ...added].map((region) => ({ ...region, ...places.get(region.id) }))
  const renumber = numbers.map((name) => sql`${identifier(name)} = excluded.${identifier(name)}`)
  // One statement, so that nobody reads (and no crash leaves) a tree whose numbers are half old, half new.
  await db.execute(sql`insert into ${table}
    select * from jsonb_populate_recordset(null::${table}, ${JSON.stringify(rows)}::jsonb)
    on conflict (${identifier(columnOf(BrainRegion, 'id'))}) do update set ${join(renumber)}`)
  return added.length
}
