import { all } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Db, type StatementCount, sql } from '../../../../src/database/index.ts'
import {
  WaterControl,
  WaterRequirementRefused,
  waterRequirement,
  waterSummaries,
} from '../../../../src/domains/actions/water-control/index.ts'
import { ALL_TIMES, loadWaterInputs } from '../../../../src/domains/actions/water-control/load.ts'
import { waterRecords } from '../../../../src/domains/actions/water-control/records.ts'
import { expectedSchema } from '../../../../src/schema/expected.ts'
import { createStatements } from '../../../../src/schema/statements.ts'
import { type ScratchDatabase, scratchDatabase } from '../../../postgres/scratch-database.ts'

const NOW = new Date('2018-11-12T15:00:00Z')

let scratch: ScratchDatabase

beforeAll(async () => {
  scratch = await scratchDatabase()
  await scratch.database.script(createStatements(expectedSchema(all)))
})

afterAll(() => scratch.drop())

/** Runs a test in a transaction that is rolled back; foreign keys are deferred, so only what matters need exist. */
function undone(work: (db: Db, count: StatementCount) => Promise<void>): () => Promise<void> {
  return async () => {
    const count: StatementCount = { statements: 0, milliseconds: 0 }
    let outcome: 'passed' | { failure: unknown } | undefined
    const rolledBack = scratch.database.counted(count).transaction(async (db) => {
      outcome = await work(db, count).then(
        () => 'passed' as const,
        (failure: unknown) => ({ failure }),
      )
      throw new Error('roll back')
    })
    await expect(rolledBack).rejects.toThrow()
    // What the test itself threw is the news, not the error that rolled it back.
    if (outcome !== 'passed') throw outcome?.failure ?? new Error('the test did not run')
  }
}

interface Facts {
  nickname?: string
  birth_date?: string | null
  timezone?: string
  weighings?: (readonly [date_time: string | null, weight: number])[]
  administrations?: (readonly [date_time: string | null, ml: number | null, in_session?: boolean])[]
  implants?: (readonly [start_time: string | null, weight: number])[]
  restrictions?: (readonly [start_time: string | null, end_time: string | null, reference_weight: number])[]
}

/** A male of a lab with 85 % of the reference weight, and what happened to it. @returns its id */
async function subject(db: Db, facts: Facts): Promise<string> {
  const id = crypto.randomUUID()
  const lab = crypto.randomUUID()
  const { nickname = 'CL001', birth_date = '2018-09-01', timezone = 'UTC' } = facts
  await db.execute(sql`
    insert into misc_lab (id, name, institution, address, timezone, reference_weight_pct, zscore_weight_pct)
    values (${lab}, ${lab}, '', '', ${timezone}, 0.85, 0)`)
  await db.execute(sql`
    insert into subjects_subject (id, name, nickname, sex, birth_date, ear_mark, protocol_number, description,
                                  adverse_effects, to_be_genotyped, to_be_culled, lab_id)
    values (${id}, '', ${nickname}, 'M', ${birth_date}, '', '1', '', '', false, false, ${lab})`)
  for (const [date_time, weight] of facts.weighings ?? []) {
    await db.execute(sql`
      insert into actions_weighing (id, name, date_time, weight, subject_id)
      values (${crypto.randomUUID()}, '', ${date_time}, ${weight}, ${id})`)
  }
  for (const [date_time, ml, in_session] of facts.administrations ?? []) {
    await db.execute(sql`
      insert into actions_wateradministration (id, name, date_time, water_administered, session_id, subject_id, adlib)
      values (${crypto.randomUUID()}, '', ${date_time}, ${ml}, ${in_session ? crypto.randomUUID() : null}, ${id}, false)`)
  }
  for (const [start_time, weight] of facts.implants ?? []) {
    await db.execute(sql`
      insert into actions_surgery (id, name, narrative, start_time, outcome_type, subject_id, implant_weight)
      values (${crypto.randomUUID()}, '', '', ${start_time}, '', ${id}, ${weight})`)
  }
  for (const [start_time, end_time, weight] of facts.restrictions ?? []) {
    await db.execute(sql`
      insert into actions_waterrestriction (id, name, narrative, start_time, end_time, reference_weight, subject_id)
      values (${crypto.randomUUID()}, '', '', ${start_time}, ${end_time}, ${weight}, ${id})`)
  }
  return id
}

const EXAMPLE: Facts = {
  weighings: [
    ['2018-11-01 10:00', 25.0],
    ['2018-11-05 10:00', 24.5],
    ['2018-11-07 10:00', 23.0],
    ['2018-11-09 10:00', 20.5],
  ],
  implants: [
    ['2018-10-20 10:00', 1.5],
    ['2018-11-06 10:00', 2.0],
  ],
  restrictions: [['2018-11-02 09:00', null, 25.0]],
  administrations: [
    ['2018-11-07 15:00', 0.6, true],
    ['2018-11-07 18:00', 0.5],
    ['2018-11-08 18:00', null],
  ],
}

describe('the water requirement of a subject', () => {
  test(
    'is computed from its rows, in two statements',
    undone(async (db, count) => {
      await subject(db, EXAMPLE)
      count.statements = 0

      const { records, ...head } = await waterRequirement(
        db,
        'CL001',
        { start_date: '2018-11-07', end_date: '2018-11-08' },
        NOW,
      )

      expect(count.statements).toBe(2)
      expect(head).toEqual({
        subject: 'CL001',
        implant_weight: 1.5,
        reference_weight_pct: 0.85,
        zscore_weight_pct: 0,
      })
      expect([...records]).toMatchObject([
        {
          date: '2018-11-07',
          weight: 23,
          weighing_at: 23,
          reference_weight: 23.5,
          min_weight: 21.974999999999998,
          percentage_weight: 89.36170212765957,
          given_water_reward: 0.6,
          given_water_supplement: 0.5,
          given_water_total: 1.1,
          expected_water: 0.84,
          excess_water: 0.2600000000000001,
          is_water_restricted: true,
          implant_weight: 2,
        },
        { date: '2018-11-08', weight: 23, weighing_at: null, given_water_total: null },
      ])
    }),
  )

  test(
    'runs from the first entry to the present day of its lab when no day is named',
    undone(async (db) => {
      await subject(db, { ...EXAMPLE, timezone: 'Pacific/Auckland' })

      const { records } = await waterRequirement(db, 'CL001', { start_date: '' }, NOW)

      const days = [...records].map(({ date }) => date)
      expect([days[0], days.at(-1)]).toEqual(['2018-11-01', '2018-11-13'])
    }),
  )

  test(
    'leaves out what nobody put a time to',
    undone(async (db) => {
      await subject(db, {
        weighings: [
          ['2018-11-05 10:00', 24.5],
          [null, 90],
        ],
        administrations: [[null, 9]],
        implants: [[null, 9]],
        restrictions: [[null, null, 90]],
      })

      const { records } = await waterRequirement(db, 'CL001', {}, NOW)

      expect([...records].at(-1)).toMatchObject({
        weight: 24.5,
        given_water_total: null,
        implant_weight: null,
        is_water_restricted: false,
      })
    }),
  )

  const BORN = { birth_date: '2018-09-01' }
  test.each([
    {
      why: 'a first day that is no date',
      facts: BORN,
      asked: { start_date: '01/03/2025' },
      code: 'bad_date',
      parameter: 'start_date',
    },
    {
      why: 'a last day that is no date',
      facts: BORN,
      asked: { end_date: '2025-02-29' },
      code: 'bad_date',
      parameter: 'end_date',
    },
    {
      why: 'a last day before the first',
      facts: BORN,
      asked: { start_date: '2018-11-10', end_date: '2018-11-01' },
      code: 'reversed_range',
      parameter: 'end_date',
    },
    {
      why: 'an unknown subject',
      facts: { nickname: 'another' },
      asked: {},
      code: 'unknown_subject',
      parameter: 'nickname',
    },
    {
      why: 'nothing to start from',
      facts: { birth_date: null },
      asked: {},
      code: 'no_first_day',
      parameter: 'start_date',
    },
  ])('is refused for $why', ({ facts, asked, code, parameter }) =>
    undone(async (db) => {
      await subject(db, facts)

      const refused = expect(waterRequirement(db, 'CL001', asked, NOW)).rejects

      await refused.toBeInstanceOf(WaterRequirementRefused)
      await refused.toMatchObject({ code, parameter })
    })(),
  )

  test(
    'is refused for a nickname that two labs use',
    undone(async (db) => {
      await subject(db, {})
      await subject(db, {})

      await expect(waterRequirement(db, 'CL001', {}, NOW)).rejects.toMatchObject({ code: 'ambiguous_subject' })
    }),
  )

  test(
    'takes any nickname as a value',
    undone(async (db) => {
      await subject(db, { nickname: "O'Brien%_;--" })

      expect((await waterRequirement(db, "O'Brien%_;--", {}, NOW)).subject).toBe("O'Brien%_;--")
    }),
  )
})

describe('summaries', () => {
  test(
    'of any number of subjects take two statements',
    undone(async (db, count) => {
      const ids = [
        await subject(db, { ...EXAMPLE, nickname: 'A' }),
        await subject(db, { nickname: 'B' }),
        await subject(db, { nickname: 'C' }),
      ]
      count.statements = 0

      const summaries = await waterSummaries(db, [...ids, crypto.randomUUID()], NOW)

      expect(count.statements).toBe(2)
      expect([...summaries.keys()].toSorted()).toEqual(ids.toSorted())
      expect(summaries.get(ids[0] as string)).toEqual({
        reference_weight: 23.5,
        last_water_restriction: '2018-11-02T09:00:00',
        expected_water: 0.925,
        remaining_water: 0.925,
        reference_weight_pct: 0.85,
        zscore_weight_pct: 0,
      })
    }),
  )

  test(
    'of nobody ask nothing',
    undone(async (db, count) => {
      expect((await waterSummaries(db, [], NOW)).size).toBe(0)
      expect(count.statements).toBe(0)
    }),
  )
})

test(
  'what a window leaves in the database never matters',
  undone(async (db) => {
    // Long histories with gaps, reference weights written down or not, and a lab far from the server.
    const ids: string[] = []
    for (const [index, timezone] of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/New_York'].entries()) {
      const hour = (number: number) =>
        new Date(Date.UTC(2018, 9, 1, (number * 7919 * (index + 1)) % 1400)).toISOString()
      const numbers = Array.from({ length: 12 }, (_, number) => number)
      ids.push(
        await subject(db, {
          nickname: timezone.replace('/', '.'),
          timezone,
          weighings: numbers.map((number) => [hour(number + 1), 20 + (number % 5) / 3]),
          administrations: numbers.map((number) => [hour(number + 40), (number % 4) / 7, number % 2 === 0]),
          implants: [[hour(60), 1.1]],
          restrictions: [
            ['2018-10-05 02:00', '2018-10-12 02:00', 0],
            ['2018-10-20 22:00', index % 2 === 0 ? null : '2018-11-01 12:00', index < 2 ? 0 : 21],
          ],
        }),
      )
    }

    for (const { id, nickname, inputs } of await loadWaterInputs(db, { ids }, ALL_TIMES)) {
      const control = new WaterControl(inputs)
      for (let day = 1; day < 60; day += 3) {
        const now = new Date(Date.UTC(2018, 9, day, (day * 5) % 24))
        const named = now.toISOString().slice(0, 10)

        const state = control.at(control.today(now))
        const summary = (await waterSummaries(db, [id], now)).get(id)
        const asked = await waterRequirement(db, nickname, { start_date: named, end_date: named }, now)

        expect(summary).toMatchObject({
          reference_weight: state.reference_weight,
          last_water_restriction: state.restricted_since,
          expected_water: state.expected_water,
          remaining_water: state.remaining_water,
        })
        expect([...asked.records]).toEqual([...waterRecords(control, { first: `${named}T12:00:00`, last: named })])
      }
    }
  }),
)
