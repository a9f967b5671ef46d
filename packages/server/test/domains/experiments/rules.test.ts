import {
  BrainRegion,
  Channel,
  Dataset,
  FOV,
  FOVLocation,
  ImagingStack,
  ProbeInsertion,
  TrajectoryEstimate,
} from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw, sql } from '../../../src/database/index.ts'
import { record } from '../../../src/recording/index.ts'
import type { Recorder } from '../../../src/records/index.ts'
import { demoDatabase } from '../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../postgres/scratch-database.ts'
import { recordingAs } from '../../records/recording-as.ts'

let scratch: ScratchDatabase
let sessions: readonly string[]
beforeAll(async () => {
  scratch = await demoDatabase()
  sessions = (await scratch.database.rows(raw('select id from actions_session order by id limit 12'))).map(
    ([id]) => id!,
  )
})
afterAll(() => scratch.drop())

const recording = <T>(work: (recorder: Recorder) => Promise<T>) =>
  record(scratch.database, recordingAs(undefined), work)
const one = async (statement: ReturnType<typeof sql>) => (await scratch.database.rows(statement))[0]?.[0]

/** Names of insertions and fields of view that a dataset belongs to. */
const ownersOf = async (dataset: string) =>
  (
    await scratch.database.rows(sql`
      select o.name from experiments_probeinsertion_datasets l join experiments_probeinsertion o on o.id = l.probeinsertion_id
        where l.dataset_id = ${dataset}
      union all select o.name from experiments_fov_datasets l join experiments_fov o on o.id = l.fov_id
        where l.dataset_id = ${dataset} order by 1`)
  ).map(([name]) => name)

const insertion = (session: string, name: string) =>
  recording(async (recorder) => (await recorder.create(ProbeInsertion, [{ session_id: session, name }]))[0]!.key)
const dataset = (session: string, collection: string) =>
  recording(
    async (recorder) =>
      (await recorder.create(Dataset, [{ session_id: session, name: 'a.b.npy', collection }]))[0]!.key,
  )

describe('datasets and what they were recorded with', () => {
  test.each([
    { collection: 'alf/probeA', belongs: ['probeA'] },
    { collection: 'alf/probeA/sorted', belongs: ['probeA'] },
    { collection: 'alf/PROBEA', belongs: [] },
    { collection: 'probeA', belongs: [] },
    { collection: 'alf/probeB', belongs: [] },
  ])('a dataset saved in $collection belongs to $belongs', async ({ collection, belongs }) => {
    const [session] = sessions as [string]
    const known = await one(
      sql`select id from experiments_probeinsertion where session_id = ${session} and name = 'probeA'`,
    )
    if (!known) await insertion(session, 'probeA')

    expect(await ownersOf(await dataset(session, collection))).toEqual(belongs)
  })

  test('an insertion takes the datasets whose folder contains its name, whatever the case, and of its session only', async () => {
    const [, session, other] = sessions as [string, string, string]
    const mine = await dataset(session, 'raw/PROBEX_g0')
    const foreign = await dataset(other, 'raw/probex')

    await insertion(session, 'probex')

    expect(await ownersOf(mine)).toEqual(['probex'])
    expect(await ownersOf(foreign)).toEqual([])
  })

  test('saving again writes no links anew', async () => {
    const [, , , session] = sessions as [string, string, string, string]
    await insertion(session, 'again')
    const key = await dataset(session, 'alf/again')
    const link = () => one(sql`select id from experiments_probeinsertion_datasets where dataset_id = ${key}`)
    const before = await link()

    await recording((recorder) => recorder.change(Dataset, [{ key, values: { version: '2' } }]))

    expect(await link()).toBe(before)
  })

  test('a dataset that moves to the folder of another insertion leaves the first', async () => {
    const [, , , , session] = sessions as [string, string, string, string, string]
    await insertion(session, 'first')
    await insertion(session, 'second')
    const key = await dataset(session, 'alf/first')

    await recording((recorder) => recorder.change(Dataset, [{ key, values: { collection: 'alf/second' } }]))

    expect(await ownersOf(key)).toEqual(['second'])
  })
})

describe('channels', () => {
  test('many channels of a trajectory touch it once; one without is refused', async () => {
    const trajectory = String(await one(raw('select id from experiments_trajectoryestimate limit 1') as never))
    const rows = [1, 2, 3].map((at) => ({ trajectory_estimate_id: trajectory, axial: 10_000 + at, lateral: at }))

    await recording((recorder) => recorder.create(Channel, rows))

    const touches = await scratch.database.rows(sql`
      select from alyx.change where key = ${trajectory} and table_name = ${TrajectoryEstimate.table} and operation = 'update'`)
    expect(touches).toHaveLength(1)
    await expect(recording((recorder) => recorder.create(Channel, [{ axial: 1 }]))).rejects.toMatchObject({
      faults: { trajectory_estimate: ['This field may not be null.'] },
    })
  })
})

describe('fields of view', () => {
  const imagingType = () => one(raw('select id from experiments_imagingtype limit 1') as never) as Promise<string>

  test('slices of one stack are of one session', async () => {
    const [, , , , , session, other] = sessions as string[]
    const type = await imagingType()
    const view = (session_id: string, name: string, stack_id: string) => ({
      session_id,
      name,
      stack_id,
      imaging_type_id: type,
    })

    const split = recording(async (recorder) => {
      const [stack] = await recorder.create(ImagingStack, [{ name: 'split' }])
      await recorder.create(FOV, [view(session!, 'slice 1', stack!.key), view(other!, 'slice 2', stack!.key)])
    })

    await expect(split).rejects.toMatchObject({
      faults: { stack: ['Stack fields of view must belong to the same session'] },
    })
    expect(await one(sql`select 1 from experiments_imagingstack where name = 'split'`)).toBeUndefined()
  })

  test('the location that is said to be the one to believe takes over from the others', async () => {
    const [, , , , , , , session] = sessions as string[]
    const type = await imagingType()
    const places = { x: [0], y: [0], z: [0], n_xyz: [1, 1, 1] }

    const [first, second] = await recording(async (recorder) => {
      const [view] = await recorder.create(FOV, [{ session_id: session!, name: 'believed', imaging_type_id: type }])
      const place = (provenance: string) => ({
        ...places,
        provenance,
        default_provenance: true,
        field_of_view_id: view!.key,
      })
      const [estimate] = await recorder.create(FOVLocation, [place('E')])
      const [histology] = await recorder.create(FOVLocation, [place('H')])
      return [estimate!, histology!]
    })

    const believed = await scratch.database.rows(sql`
      select id, default_provenance from experiments_fovlocation where id in (${first.key}, ${second.key}) order by default_provenance`)
    expect(believed).toEqual([
      [first.key, 'f'],
      [second.key, 't'],
    ])
    expect(
      await one(
        sql`select c.name from experiments_fovlocation l join experiments_coordinatesystem c on c.id = l.coordinate_system_id where l.id = ${first.key}`,
      ),
    ).toBe('IBL-Allen')
  })
})

describe('the tree of brain regions', () => {
  /** Regions whose numbers do not fit their parents: none in a whole tree. */
  const broken = () =>
    scratch.database.rows(sql`
      select c.id from experiments_brainregion c join experiments_brainregion p on p.id = c.parent_id
      where c.tree_id <> p.tree_id or c.lft <= p.lft or c.rght >= p.rght or c.level <> p.level + 1
      union all select id from experiments_brainregion where rght <= lft
      union all select min(id) from experiments_brainregion group by tree_id, lft having count(*) > 1`)
  const region = (id: number) =>
    scratch.database.objects<{ lft: number; rght: number; level: number; parent_id: number }>(
      sql`select lft, rght, level, parent_id from experiments_brainregion where id = ${id}`,
    )

  test('stays whole when regions come, move and go', async () => {
    const [[parent, other]] = (await scratch.database.rows(
      raw(`
      select min(id::text) filter (where rght = lft + 1), max(id::text) filter (where rght = lft + 1) from experiments_brainregion`),
    )) as [[string, string]]

    await recording((recorder) =>
      recorder.create(BrainRegion, [{ id: 990_001, acronym: 'NEW1', name: 'new region', parent_id: String(parent) }]),
    )
    expect(await broken()).toEqual([])
    await recording((recorder) =>
      recorder.change(BrainRegion, [{ key: '990001', values: { parent_id: String(other) } }]),
    )
    expect(await broken()).toEqual([])
    expect((await region(990_001))[0]).toMatchObject({ parent_id: Number(other) })
    await recording((recorder) => recorder.remove(BrainRegion, ['990001']))
    expect(await broken()).toEqual([])
  })

  test('no region is a part of itself', async () => {
    const [[child, parent]] = (await scratch.database.rows(
      raw('select id, parent_id from experiments_brainregion where level = 3 limit 1'),
    )) as [[string, string]]

    const circle = recording((recorder) =>
      recorder.change(BrainRegion, [{ key: parent, values: { parent_id: String(child) } }]),
    )

    await expect(circle).rejects.toMatchObject({ faults: { parent: [expect.stringContaining('part of itself')] } })
  })
})
