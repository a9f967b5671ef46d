import { all, BrainRegion, DatasetType, Lab, ProcedureType, Species } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Db, identifier, sql } from '../../../src/database/index.ts'
import { loadStarterData, type StarterProgress } from '../../../src/domains/labs/starter/index.ts'
import { createStatements, expectedSchema } from '../../../src/schema/index.ts'
import { type ScratchDatabase, scratchDatabase } from '../../postgres/scratch-database.ts'

let scratch: ScratchDatabase

beforeAll(async () => {
  scratch = await scratchDatabase()
  await scratch.database.script(createStatements(expectedSchema(all)))
})

afterAll(() => scratch.drop())

const ROLL_BACK = new Error('roll back')

/** Runs a test in a transaction that is rolled back at its end. */
function undone(work: (db: Db) => Promise<void>): () => Promise<void> {
  return async () => {
    const rolledBack = scratch.database.transaction(async (db) => {
      await work(db)
      throw ROLL_BACK
    })
    await rolledBack.catch((error: unknown) => {
      if (error !== ROLL_BACK) throw error
    })
  }
}

const count = async (db: Db, table: string) =>
  Number((await db.rows(sql`select count(*) from ${identifier(table)}`))[0]?.[0])

/** Brain regions whose numbers do not lie within those of their parent, or are taken twice. */
const brokenRegions = (db: Db) =>
  db.rows(sql`
    select child.acronym from experiments_brainregion child
      join experiments_brainregion parent on parent.id = child.parent_id
     where child.tree_id <> parent.tree_id or child.level <> parent.level + 1
        or child.lft <= parent.lft or child.rght >= parent.rght or child.lft >= child.rght
    union all
    select min(acronym) from (select acronym, tree_id, unnest(array[lft, rght]) as number from experiments_brainregion) n
     group by tree_id, number having count(*) > 1`)

describe('the rows every lab starts with', () => {
  test(
    'fill an empty database, and a second time add nothing',
    undone(async (db) => {
      const progress: StarterProgress[] = []

      const first = await loadStarterData(db, { onProgress: (step) => progress.push(step) })
      const second = await loadStarterData(db)

      expect(first).toMatchObject({
        'misc.lab': 1,
        'subjects.species': 1,
        'actions.proceduretype': 33,
        'data.dataformat': 29,
        'data.datasettype': 115,
        'experiments.brainregion': 1328,
      })
      expect(new Set(Object.values(second))).toEqual(new Set([0]))
      expect(await count(db, DatasetType.table)).toBe(115)
      expect(progress.at(-1)).toEqual({ model: BrainRegion.key, added: 1328, done: 17, of: 17 })
    }),
  )

  test(
    'leave alone what a lab has renamed, or has under an id of its own',
    undone(async (db) => {
      await loadStarterData(db)
      await db.execute(sql`update actions_proceduretype set name = 'Our histology' where name = 'Histology'`)
      await db.execute(sql`update actions_proceduretype set id = gen_random_uuid() where name = 'Imaging'`)
      await db.execute(sql`update subjects_species set name = 'Mus' where nickname = 'Laboratory mouse'`)
      await db.execute(sql`delete from actions_proceduretype where name = 'Craniotomy'`)

      const added = await loadStarterData(db)

      expect(added[ProcedureType.key]).toBe(1)
      expect(added[Species.key]).toBe(0)
      const names = await db.rows(
        sql`select name from actions_proceduretype where name ilike '%histology%' or name = 'Imaging'`,
      )
      expect(names.flat().sort()).toEqual(['Imaging', 'Our histology'])
    }),
  )

  test(
    'name the lab as it is told',
    undone(async (db) => {
      const lab = { id: crypto.randomUUID(), name: 'zadorlab', timezone: 'America/New_York' }

      await loadStarterData(db, { lab })

      const labs = await db.objects(sql`select id, name, timezone from ${identifier(Lab.table)}`)
      expect(labs).toEqual([lab])
    }),
  )

  test(
    'name the lab that the first migration made, once',
    undone(async (db) => {
      const id = '4027da48-7be3-43ec-a222-f75dffe36872'
      const named = async (name: string) => {
        await loadStarterData(db, { lab: { id, name, timezone: 'Europe/Paris' } })
        return db.objects(sql`select name, timezone from misc_lab where id = ${id}`)
      }
      await loadStarterData(db)

      expect(await named('ourlab')).toEqual([{ name: 'ourlab', timezone: 'Europe/Paris' }])
      expect(await named('theirlab')).toEqual([{ name: 'ourlab', timezone: 'Europe/Paris' }])
    }),
  )

  test(
    'give the unknown type and format an id of their own in each database',
    undone(async (db) => {
      await loadStarterData(db)
      const id = async () => (await db.rows(sql`select id from data_datasettype where name = 'unknown'`))[0]?.[0]
      const first = await id()
      await db.execute(sql`delete from data_datasettype where name = 'unknown'`)

      await loadStarterData(db)

      expect(await id()).not.toBe(first)
    }),
  )
})

describe('the tree of brain regions', () => {
  test(
    'holds together after the first load',
    undone(async (db) => {
      await loadStarterData(db)

      expect(await brokenRegions(db)).toEqual([])
    }),
  )

  test(
    'takes back what a lab deleted, around the regions that it added and described',
    undone(async (db) => {
      await loadStarterData(db)
      await db.execute(sql`
        delete from experiments_brainregion region using experiments_brainregion cortex
         where cortex.acronym = 'CTX' and region.lft between cortex.lft and cortex.rght`)
      await db.execute(sql`
        insert into experiments_brainregion (id, acronym, name, parent_id, description, tree_id, level, lft, rght)
        values (-1, 'ours', 'a region of ours', 8, 'found in 2024', 1, 3, 2202, 2203)`)
      await db.execute(sql`update experiments_brainregion set rght = rght + 2 where id in (0, 997, 8)`)

      const added = await loadStarterData(db)

      expect(added[BrainRegion.key]).toBe(567)
      expect(await brokenRegions(db)).toEqual([])
      const ours = await db.objects(
        sql`select name, parent_id, level, description from experiments_brainregion where id = -1`,
      )
      expect(ours).toEqual([{ name: 'a region of ours', parent_id: 8, level: 3, description: 'found in 2024' }])
    }),
  )

  test(
    'leaves out the parts of a region that the lab keeps under another number',
    undone(async (db) => {
      await db.execute(sql`
        insert into experiments_brainregion (id, acronym, name, tree_id, level, lft, rght)
        values (-1, 'root', 'our root', 3, 0, 1, 2)`)

      const added = await loadStarterData(db)

      expect(added[BrainRegion.key]).toBe(1)
      const trees = await db.objects(
        sql`select acronym, tree_id, lft, rght from experiments_brainregion order by tree_id`,
      )
      expect(trees).toEqual([
        { acronym: 'root', tree_id: 3, lft: 1, rght: 2 },
        { acronym: 'void', tree_id: 4, lft: 1, rght: 2 },
      ])
    }),
  )
})
