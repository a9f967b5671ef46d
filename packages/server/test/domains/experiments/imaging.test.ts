import { Dataset, FOV, FOVLocation, ImagingStack, ImagingType } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import type { Key, NewRow } from '../../../src/records/index.ts'
import { DataRecords } from '../data/rules/data-records.ts'

let lab: DataRecords
let imaging_type_id: Key
beforeAll(async () => {
  lab = await DataRecords.open()
  imaging_type_id = (await lab.make(ImagingType, { name: 'three photons' }))[0]!
})
afterAll(() => lab.scratch.drop())

let named = 0
const view = async (values: NewRow<typeof FOV> = {}) => {
  named += 1
  const session_id = values.session_id ?? (await lab.session())
  return (await lab.make(FOV, { imaging_type_id, name: `FOV_${named}`, ...values, session_id }))[0]!
}
const stack = async () => (await lab.make(ImagingStack, { name: 'stack' }))[0]!

describe('stacks', () => {
  const refusal = { faults: { stack: ['Stack fields of view must belong to the same session'] } }

  test('take slices of one session, also when two are begun at the same moment', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const stack_id = await stack()
      const sessions = [await lab.session(), await lab.session()]

      const answers = await Promise.allSettled(sessions.map((session_id) => view({ session_id, stack_id })))

      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: refusal })
    }
  })

  test('judge a field of view that is put into them, and one whose session changes', async () => {
    const stack_id = await stack()
    const [session_id, other] = [await lab.session(), await lab.session()]
    const first = await view({ session_id, stack_id })
    const alone = await view({ session_id: other })

    await expect(lab.change(FOV, alone, { stack_id })).rejects.toMatchObject(refusal)
    await view({ session_id, stack_id })
    await expect(lab.change(FOV, first, { session_id: other })).rejects.toMatchObject(refusal)
  })

  test('let their only slice go to another session, and all slices together', async () => {
    const stack_id = await stack()
    const [session_id, other, third] = [await lab.session(), await lab.session(), await lab.session()]
    const first = await view({ session_id, stack_id })

    await lab.change(FOV, first, { session_id: other })
    const second = await view({ session_id: other, stack_id })
    await lab.recording((recorder) =>
      recorder.change(
        FOV,
        [first, second].map((key) => ({ key, values: { session_id: third } })),
      ),
    )

    expect((await lab.read(FOV, second))!.session_id).toBe(third)
  })

  test('that were mixed before do not keep their slices from being renamed', async () => {
    const stack_id = await stack()
    const [one, other] = [await view(), await view()]
    await lab.scratch.database.execute(
      sql`update experiments_fov set stack_id = ${stack_id} where id in (${one}, ${other})`,
    )

    await lab.change(FOV, one, { name: 'renamed' })

    expect((await lab.read(FOV, one))!.name).toBe('renamed')
  })
})

describe('the location of a field of view to believe', () => {
  const location = async (field_of_view_id: Key, provenance: string, values: NewRow<typeof FOVLocation> = {}) =>
    (await lab.make(FOVLocation, { field_of_view_id, provenance, default_provenance: true, ...values }))[0]!
  const believed = async (field: Key) =>
    (
      await lab.scratch.database.rows(sql`
        select provenance from experiments_fovlocation where field_of_view_id = ${field} and default_provenance order by 1`)
    ).map(([provenance]) => provenance)

  test('is the last that was said to be, and one of another field of view is none of its business', async () => {
    const [field, other] = [await view(), await view()]
    await location(other, 'E')
    const first = await location(field, 'E')
    await location(field, 'H')
    await location(field, 'L', { default_provenance: false })
    expect(await believed(field)).toEqual(['H'])

    await lab.change(FOVLocation, first, { default_provenance: true })

    expect(await believed(field)).toEqual(['E'])
    expect(await believed(other)).toEqual(['E'])
  })

  test('is the last of several that come together', async () => {
    const field_of_view_id = await view()

    await lab.make(
      FOVLocation,
      ...['E', 'F', 'H'].map((provenance) => ({ field_of_view_id, provenance, default_provenance: true })),
    )

    expect(await believed(field_of_view_id)).toEqual(['H'])
  })

  test('is one when several are said to be at the same moment', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const field = await view()

      await Promise.all(['E', 'F', 'L', 'H'].map((provenance) => location(field, provenance)))

      expect(await believed(field)).toHaveLength(1)
    }
  })

  test('is in no system of coordinates when that is what was said', async () => {
    const key = await location(await view(), 'E', { coordinate_system_id: null })

    expect((await lab.read(FOVLocation, key))!.coordinate_system_id).toBeNull()
  })
})

test('datasets registered in the folder of a field of view belong to it, and to it alone', async () => {
  const session_id = await lab.session()
  const [first, second] = [await view({ session_id, name: 'FOV_A' }), await view({ session_id, name: 'FOV_B' })]
  const dataset = await lab.dataset({ session_id, collection: 'alf/FOV_A' })
  const owners = async () =>
    (
      await lab.scratch.database.rows(sql`select fov_id from experiments_fov_datasets where dataset_id = ${dataset}`)
    ).map(([key]) => key)
  expect(await owners()).toEqual([first])

  await lab.change(Dataset, dataset, { collection: 'alf/FOV_B/more' })
  expect(await owners()).toEqual([second])

  await lab.change(Dataset, dataset, { collection: 'alf/FOV_C' })
  expect(await owners()).toEqual([second])
})
