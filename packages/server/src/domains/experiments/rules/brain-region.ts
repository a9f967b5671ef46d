import { BrainRegion, Channel } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import { type Draft, invalid, type Recorder, Refused, rulesFor, type Saved } from '../../../records/index.ts'
import { nestedSets } from '../../labs/index.ts'

const UNPLACED = { lft: 0, rght: 0, level: 0, tree_id: 0 }

/** The numbers of the tree are worked out, whatever somebody gives; a new region gets its own when it is there. */
function keepNumbers(drafts: readonly Draft<typeof BrainRegion>[]): void {
  for (const { before, values } of drafts) {
    const { lft, rght, level, tree_id } = before ?? UNPLACED
    Object.assign(values, { lft, rght, level, tree_id })
  }
}

/**
 * Numbers the tree of regions anew, writing only what is another than before. Regions that came or moved stand last among
 * their siblings; a new root begins a new tree. Three statements.
 *
 * @throws Refused when a region would lie within itself
 */
async function renumber(moved: readonly string[], { db }: Recorder): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('experiments_brainregion'))`)
  const found = await db.objects<{
    id: number
    parent_id: number | null
    tree_id: number
    lft: number
    rght: number
    level: number
  }>(sql`
    select id, parent_id, tree_id, lft, rght, level from experiments_brainregion
    order by id = any(${moved}::integer[]), tree_id, lft, id`)
  const fresh = new Set(moved.map(Number))
  const nodes = found.map(({ id, parent_id, tree_id }) =>
    parent_id === null && fresh.has(id) ? { id, parent_id } : { id, parent_id, tree_id },
  )
  const places = placesOf(nodes)
  const changed = found.flatMap((region) => {
    const place = places.get(region.id)!
    const same = (['lft', 'rght', 'level', 'tree_id'] as const).every((name) => place[name] === region[name])
    return same ? [] : [{ id: region.id, ...place }]
  })
  if (changed.length === 0) return
  await db.execute(sql`
    update experiments_brainregion as r set lft = g.lft, rght = g.rght, level = g.level, tree_id = g.tree_id
    from json_to_recordset(${JSON.stringify(changed)}::json)
      as g(id integer, lft integer, rght integer, level integer, tree_id integer)
    where r.id = g.id`)
}

function placesOf(nodes: Parameters<typeof nestedSets>[0]) {
  try {
    return nestedSets(nodes)
  } catch {
    throw invalid({ parent: ['A region cannot be a part of itself or of one of its own parts.'] })
  }
}

/** Region of channels of which nobody knows more. */
const UNKNOWN = Channel.fields.brain_region.default.value

/** The region of channels that name none stays, or no such channel could be made. @throws Refused */
function keepUnknown(rows: readonly { readonly id: string | number; readonly name: string }[]): void {
  const unknown = rows.find(({ id }) => Number(id) === UNKNOWN)
  if (unknown)
    throw new Refused(
      'in_use',
      `The brain region "${unknown.name}" stays: it is where channels are of which nobody knows more.`,
    )
}

export const brainRegionRules = rulesFor(BrainRegion, {
  prepare: async (drafts) => keepNumbers(drafts),
  async follow(saved: readonly Saved<typeof BrainRegion>[], recorder) {
    const moved = saved.filter(({ changed }) => changed.has('parent_id')).map(({ key }) => key)
    if (moved.length > 0) await renumber(moved, recorder)
  },
  beforeRemoval: async (rows) => keepUnknown(rows),
  afterRemoval: (rows, recorder) => (rows.length > 0 ? renumber([], recorder) : Promise.resolve()),
})
