import { BrainRegion, Channel, ChronicInsertion, Dataset, ProbeInsertion, TrajectoryEstimate } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import { repeatedSite } from '../../../src/domains/experiments/rules/channel.ts'
import type { Key, NewRow } from '../../../src/records/index.ts'
import { DataRecords } from '../data/rules/data-records.ts'

let lab: DataRecords
let subject: Key
beforeAll(async () => {
  lab = await DataRecords.open()
  subject = (await lab.scratch.database.rows(sql`select id from subjects_subject order by id limit 1`))[0]![0]!
})
afterAll(() => lab.scratch.drop())

/** A probe that stays in the animal; the columns of chronic recordings are those of chronic insertions too. */
const makeChronic = (serial = '') =>
  one(lab.make(ChronicInsertion, { subject_id: subject, name: 'chronic', serial } as NewRow<typeof ChronicInsertion>))
const one = async <T>(list: Promise<readonly T[]>) => (await list)[0]!
const insertion = async (values: NewRow<typeof ProbeInsertion> = {}) =>
  one(lab.make(ProbeInsertion, { name: 'probe00', session_id: await lab.session(), ...values }))
const datasetsOf = async (key: Key) =>
  (
    await lab.scratch.database.rows(
      sql`select dataset_id from experiments_probeinsertion_datasets where probeinsertion_id = ${key} order by 1`,
    )
  ).map(([dataset]) => dataset!)

describe('the serial number of a probe that stays in the animal', () => {
  const message = 'serial number of chronic insertion and probe insertion do not match'

  test.each([
    { probe: '20101', insertion: '20101', refused: false },
    { probe: '20101', insertion: 'other', refused: true },
    { probe: '20101', insertion: undefined, refused: true },
    { probe: '', insertion: undefined, refused: false },
  ])('probe "$probe", new insertion "$insertion"', async ({ probe, insertion: serial, refused }) => {
    const chronic_insertion_id = await makeChronic(probe)
    const made = insertion({ chronic_insertion_id, ...(serial !== undefined && { serial }) })

    await (refused
      ? expect(made).rejects.toMatchObject({ kind: 'invalid', faults: { '': [message] } })
      : expect(made).resolves.toEqual(expect.any(String)))
  })

  test('is not compared when an insertion that is there changes, so that either number can be put right', async () => {
    const key = await insertion({ chronic_insertion_id: await makeChronic('1'), serial: '1' })

    await lab.change(ProbeInsertion, key, { serial: '2' })

    expect((await lab.read(ProbeInsertion, key))!.serial).toBe('2')
  })
})

describe('datasets of an insertion', () => {
  test('are the ones that the request names, if it names any, until it is saved without', async () => {
    const session_id = await lab.session()
    const found = await lab.dataset({ session_id, collection: 'alf/probe00' })
    const named = await lab.dataset({ session_id, collection: 'elsewhere' })

    const [made] = await lab.recording((recorder) =>
      recorder.create(ProbeInsertion, [{ session_id, name: 'probe00' }], [{ datasets: [named] }]),
    )
    expect(await datasetsOf(made!.key)).toEqual([named])

    await lab.change(ProbeInsertion, made!.key, { serial: '1' })
    expect(await datasetsOf(made!.key)).toEqual([found])
  })

  test('are none when it belongs to no session', async () => {
    await lab.dataset({ collection: 'alf/lonely' })

    expect(await datasetsOf(await insertion({ session_id: null, name: 'lonely' }))).toEqual([])
  })

  test('follow it to another session, and to another name', async () => {
    const [first, second] = [await lab.session(), await lab.session()]
    const here = await lab.dataset({ session_id: first, collection: 'alf/probe00' })
    const renamed = await lab.dataset({ session_id: first, collection: 'alf/probe01' })
    const there = await lab.dataset({ session_id: second, collection: 'alf/probe01' })
    const key = await insertion({ session_id: first })
    expect(await datasetsOf(key)).toEqual([here])

    await lab.change(ProbeInsertion, key, { name: 'probe01' })
    expect(await datasetsOf(key)).toEqual([renamed])

    await lab.change(ProbeInsertion, key, { session_id: second })
    expect(await datasetsOf(key)).toEqual([there])
  })

  test('of hundreds cost as many statements as of one', async () => {
    const session_id = await lab.session()
    await insertion({ session_id })
    const register = (many: number, folder: string) =>
      lab.statements((recorder) =>
        recorder.create(
          Dataset,
          Array.from({ length: many }, (_, at) => ({ session_id, name: `${at}.npy`, collection: folder })),
        ),
      )
    await register(1, 'alf/probe00')

    expect(await register(500, 'alf/probe00/many')).toBe(await register(1, 'alf/probe00/one'))
  })

  test('are found also when both are recorded at the same moment, whichever is first', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const session_id = await lab.session()
      const [key, dataset] = await Promise.all([
        insertion({ session_id }),
        lab.dataset({ session_id, collection: 'alf/probe00' }),
      ])

      expect(await datasetsOf(key)).toEqual([dataset])
    }
  })

  test('are found when the insertion was not there yet as they looked for it', async () => {
    const session_id = await lab.session()
    const made = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const registering = lab.recording(async (recorder) => {
      const [saved] = await recorder.create(Dataset, [{ session_id, name: 'a.npy', collection: 'alf/probe00' }])
      made.resolve()
      await release.promise
      return saved!.key
    })
    await made.promise

    const inserting = insertion({ session_id })
    const first = await Promise.race([inserting.then(() => 'insertion'), waits()])
    release.resolve()

    expect(first).toBe('still waiting')
    expect(await datasetsOf(await inserting)).toEqual([await registering])
  })
})

/** Long enough for a statement, short enough for a test, in milliseconds. */
const WHILE = 150
const waits = () => new Promise<string>((resolve) => setTimeout(() => resolve('still waiting'), WHILE))

describe('trajectories', () => {
  const PLANNED = 10
  const planned = (values: NewRow<typeof TrajectoryEstimate>) =>
    lab.make(TrajectoryEstimate, { provenance: PLANNED, ...values })

  test('of one insertion are of different provenance', async () => {
    const probe_insertion_id = await insertion()
    await planned({ probe_insertion_id })
    await planned({ probe_insertion_id, provenance: 30 })
    await planned({ probe_insertion_id: await insertion() })

    await expect(planned({ probe_insertion_id })).rejects.toMatchObject({
      kind: 'invalid',
      faults: { '': ['The fields provenance, probe_insertion must make a unique set.'] },
    })
  })

  test('of one chronic insertion too, unless they are of one of its insertions', async () => {
    const chronic_insertion_id = await makeChronic()
    await planned({ chronic_insertion_id })
    await planned({ chronic_insertion_id, probe_insertion_id: await insertion() })

    await expect(planned({ chronic_insertion_id })).rejects.toMatchObject({
      kind: 'invalid',
      faults: { '': ['The fields provenance, chronic_insertion must make a unique set.'] },
    })
  })

  test('of nothing may be many', async () => {
    await planned({})

    expect(await planned({})).toHaveLength(1)
  })

  test('keep the insertion that a change does not name', async () => {
    const probe_insertion_id = await insertion()
    const key = await one(planned({ probe_insertion_id }))

    await lab.change(TrajectoryEstimate, key, { depth: 4000 })

    expect((await lab.read(TrajectoryEstimate, key))!).toMatchObject({ probe_insertion_id, depth: 4000 })
  })
})

describe('channels', () => {
  const site = (axial: number | null, lateral: number | null = 11, trajectory_estimate_id = 't') => ({
    axial,
    lateral,
    trajectory_estimate_id,
  })
  test.each([
    [[], undefined],
    [[site(20), site(40)], undefined],
    [[site(20), site(40), site(20)], site(20)],
    [[site(20, 11), site(20, 27)], undefined],
    [[site(20, 11, 't'), site(20, 11, 'u')], undefined],
    [[site(null), site(null)], undefined],
    [[site(20, null), site(20, null)], undefined],
    [[site(0), site(-0)], site(-0)],
  ])('of %j the one given twice is %j', (rows, repeated) => expect(repeatedSite(rows)).toEqual(repeated))

  test('given twice in one request are told by their place, and none is made', async () => {
    const trajectory = await one(lab.make(TrajectoryEstimate, { probe_insertion_id: await insertion() }))
    const at = (axial: number) => ({ trajectory_estimate_id: trajectory, axial, lateral: 11.5 })

    await expect(lab.make(Channel, at(20), at(40), at(20))).rejects.toMatchObject({
      faults: {
        '': [
          'The fields axial, lateral, trajectory_estimate must make a unique set.',
          `Two of these channels are at axial 20, lateral 11.5 of trajectory ${trajectory}.`,
        ],
      },
    })
    expect(
      await lab.scratch.database.rows(
        sql`select from experiments_channel where trajectory_estimate_id = ${trajectory}`,
      ),
    ).toHaveLength(0)
  })

  test('of a whole probe cost as many statements as one', async () => {
    const trajectory = await one(lab.make(TrajectoryEstimate, { probe_insertion_id: await insertion() }))
    const locate = (many: number, lateral: number) =>
      lab.statements((recorder) =>
        recorder.create(
          Channel,
          Array.from({ length: many }, (_, axial) => ({ trajectory_estimate_id: trajectory, axial, lateral })),
        ),
      )

    expect(await locate(384, 1)).toBe(await locate(1, 2))
  })

  test('of which nobody knows the region keep that region from being removed', async () => {
    await expect(lab.remove(BrainRegion, '0')).rejects.toMatchObject({
      kind: 'in_use',
      message: expect.stringMatching(/^The brain region ".+" stays/),
    })
  })
})
