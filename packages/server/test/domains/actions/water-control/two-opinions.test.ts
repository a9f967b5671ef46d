import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WaterControl, type WaterControlInputs } from '../../../../src/domains/actions/water-control/index.ts'
import { instantsShowing, labZone, opinionAt, opinionOn } from './second-opinion.ts'

/** Histories, each asked about at several moments. */
const HISTORIES = 10_000
const MOMENTS = 3
const TIMEOUT_MS = 60_000

/** What the server says, with nothing written as 0 as the second opinion has it. */
function serverAt(control: WaterControl, at: string): ReturnType<typeof opinionAt> {
  const state = control.at(at)
  return {
    ...state,
    weight: state.weight ?? 0,
    implant_weight: state.implant_weight ?? 0,
    reference_implant_weight: state.reference_implant_weight ?? 0,
    expected_weight: state.expected_weight ?? 0,
    given_water_reward: state.given_water_reward ?? 0,
    given_water_supplement: state.given_water_supplement ?? 0,
    given_water_total: state.given_water_total ?? 0,
  }
}

const serverOn = (control: WaterControl, at: string): ReturnType<typeof opinionOn> => ({
  current_restriction: control.currentRestriction(),
  first_moment: control.firstMoment(),
  last_administration: control.lastAdministration(at)?.date_time,
  min_percentage: control.minPercentage(),
})

/** `expect` explains a difference, but costs more than the whole computation; it is asked only when there is one. */
function agree<T extends object>(server: T, opinion: T): void {
  if (!isDeepStrictEqual(server, opinion)) expect(server).toStrictEqual(opinion)
}

// The weeks around the changes of clocks in March, on both sides of the Atlantic: few days, so that things coincide.
const day = fc.integer({ min: 5, max: 30 }).map((number) => `2018-03-${String(number).padStart(2, '0')}`)
const clock = fc.oneof(
  fc.constantFrom('00:00:00', '12:00:00', '11:59:59.999999', '23:59:59', '04:45:00'),
  fc.integer({ min: 0, max: 95 }).map((quarter) => {
    const two = (number: number) => String(number).padStart(2, '0')
    return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}:00`
  }),
)
const moment = fc.tuple(day, clock).map(([date, time]) => `${date}T${time}`)
const grams = fc.oneof(
  fc.integer({ min: 100, max: 400 }).map((tenths) => tenths / 10),
  fc.double({ min: 8, max: 45, noNaN: true }),
)
const fraction = fc.oneof(fc.constantFrom(0, 0.425, 0.75, 0.8, 0.85, 1), fc.double({ min: 0, max: 1, noNaN: true }))
const zone = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland')

const drawn: fc.Arbitrary<WaterControlInputs> = fc.record({
  birth_date: fc.option(
    fc
      .integer({ min: -10, max: 25 * 7 })
      .map((days) => new Date(Date.UTC(2018, 2, 15 - days)).toISOString().slice(0, 10)),
  ),
  sex: fc.constantFrom('M', 'F', 'U', ''),
  lab: fc.option(
    fc.record({
      timezone: fc.oneof(zone, fc.constantFrom(null, '', 'Mars/Olympus')),
      reference_weight_pct: fraction,
      zscore_weight_pct: fraction,
    }),
  ),
  server_zone: zone,
  restrictions: fc.array(
    fc.record({
      start_time: moment,
      end_time: fc.option(moment),
      reference_weight: fc.oneof(fc.constant(0), grams),
    }),
    { maxLength: 3 },
  ),
  weighings: fc.array(fc.record({ date_time: moment, weight: grams }), { maxLength: 8 }),
  administrations: fc.array(
    fc.record({
      date_time: moment,
      water_administered: fc.option(
        fc.oneof(fc.constantFrom(0, 0.1, 0.2, 0.6), fc.double({ min: 0, max: 3, noNaN: true })),
      ),
      in_session: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  implants: fc.array(
    fc.record({
      start_time: moment,
      implant_weight: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 3, noNaN: true })),
    }),
    { maxLength: 3 },
  ),
})

/** As the database gives it: in order of time, and without times that a clock leaves out or shows twice. */
function asStored(inputs: WaterControlInputs): WaterControlInputs {
  const real = (time: string) => instantsShowing(inputs.server_zone, time).length === 1
  const inOrder = <T>(list: readonly T[], time: (one: T) => string) =>
    list.filter((one) => real(time(one))).toSorted((a, b) => (time(a) < time(b) ? -1 : Number(time(a) > time(b))))
  return {
    ...inputs,
    restrictions: inOrder(inputs.restrictions, ({ start_time }) => start_time),
    weighings: inOrder(inputs.weighings, ({ date_time }) => date_time),
    administrations: inOrder(inputs.administrations, ({ date_time }) => date_time),
    implants: inOrder(inputs.implants, ({ start_time }) => start_time),
  }
}

test(
  `two implementations agree on ${HISTORIES} histories to the last digit`,
  () => {
    fc.assert(
      fc.property(
        drawn.map(asStored),
        fc.array(moment, { minLength: MOMENTS, maxLength: MOMENTS }),
        (inputs, moments) => {
          const control = new WaterControl(inputs)
          expect(control.zone).toBe(labZone(inputs))
          for (const at of moments) {
            agree(serverAt(control, at), opinionAt(inputs, at))
            agree(serverOn(control, at), opinionOn(inputs, at))
          }
        },
      ),
      { numRuns: HISTORIES },
    )
  },
  TIMEOUT_MS,
)

describe('the second opinion is that of the specification', () => {
  const example = (reference_weight_pct: number, zscore_weight_pct: number): WaterControlInputs => ({
    birth_date: '2018-09-01',
    sex: 'M',
    lab: { timezone: 'Europe/London', reference_weight_pct, zscore_weight_pct },
    server_zone: 'Europe/London',
    weighings: [
      { date_time: '2018-11-01T10:00:00', weight: 25 },
      { date_time: '2018-11-05T10:00:00', weight: 24.5 },
      { date_time: '2018-11-07T10:00:00', weight: 23 },
      { date_time: '2018-11-09T10:00:00', weight: 20.5 },
    ],
    implants: [
      { start_time: '2018-10-20T10:00:00', implant_weight: 1.5 },
      { start_time: '2018-11-06T10:00:00', implant_weight: 2 },
    ],
    restrictions: [{ start_time: '2018-11-02T09:00:00', end_time: null, reference_weight: 25 }],
    administrations: [
      { date_time: '2018-11-07T15:00:00', water_administered: 0.6, in_session: true },
      { date_time: '2018-11-07T18:00:00', water_administered: 0.5, in_session: false },
      { date_time: '2018-11-08T18:00:00', water_administered: null, in_session: false },
    ],
  })

  // Fractions of the lab, day, then reference, expected and minimal weight, per cent, water, status.
  test.each([
    [0.85, 0, '11-01', 0, 1.5, 1.5, 0, 0.9400000000000001, 0],
    [0.85, 0, '11-02', 23.5, 25, 21.474999999999998, 100, 0.9400000000000001, 0],
    [0.85, 0, '11-05', 23.5, 25, 21.474999999999998, 97.87234042553192, 0.92, 0],
    [0.85, 0, '11-06', 23.5, 25.5, 21.974999999999998, 95.74468085106383, 0.9, 0],
    [0.85, 0, '11-07', 23.5, 25.5, 21.974999999999998, 89.36170212765957, 0.84, 0],
    [0.85, 0, '11-09', 23.5, 25.5, 21.974999999999998, 78.72340425531915, 0.925, 2],
    [0, 0.8, '11-02', 23.5, 25, 20.3, 100, 0.9400000000000001, 0],
    [0, 0.8, '11-03', 23.5, 25.966666666666665, 21.073333333333334, 96.04904632152589, 0.9400000000000001, 0],
    [0, 0.8, '11-07', 23.5, 26.466666666666665, 21.573333333333334, 85.83106267029973, 0.84, 0],
    [0, 0.8, '11-09', 23.5, 26.466666666666665, 21.573333333333334, 75.61307901907358, 0.925, 2],
    [0, 0.8, '11-10', 23.5, 27.033333333333335, 22.02666666666667, 73.90146471371504, 0.925, 2],
    [0.425, 0.425, '11-03', 23.5, 25.483333333333334, 21.88583333333333, 97.98471160528145, 0.9400000000000001, 0],
    [0.425, 0.425, '11-09', 23.5, 25.983333333333334, 22.38583333333333, 77.13690062543432, 0.925, 0],
    [0, 0, '11-09', 23.5, 0, 2, 0, 0.74, 0],
  ])(
    'lab with %d reference, %d z-score on %s',
    (r, z, date, reference_weight, expected_weight, min_weight, percentage_weight, expected_water, weight_status) => {
      const inputs = example(r, z)
      const at = `2018-${date}T12:00:00`
      const wanted = { reference_weight, expected_weight, min_weight, percentage_weight, expected_water, weight_status }

      expect(opinionAt(inputs, at)).toMatchObject(wanted)
      expect(serverAt(new WaterControl(inputs), at)).toMatchObject(wanted)
    },
  )

  test('rewards, supplements, and both', () => {
    expect(opinionAt(example(0.85, 0), '2018-11-07T12:00:00')).toMatchObject({
      given_water_reward: 0.6,
      given_water_supplement: 0.5,
      given_water_total: 1.1,
      excess_water: 0.2600000000000001,
    })
  })

  test('a restriction that ended that morning leaves its reference weight behind', () => {
    const ended = {
      ...example(0.85, 0),
      restrictions: [{ start_time: '2018-11-02T09:00:00', end_time: '2018-11-09T09:00:00', reference_weight: 25 }],
    }

    expect(opinionAt(ended, '2018-11-09T08:00:00').restricted_since).toBe('2018-11-02T09:00:00')
    expect(opinionAt(ended, '2018-11-09T12:00:00').restricted_since).toBeNull()
    expect(opinionAt(ended, '2018-11-12T12:00:00')).toMatchObject({
      reference_weight: 23,
      percentage_weight: 80.43478260869566,
    })
  })

  test('an implant without weighing asks for negative water', () => {
    const unweighed = { ...example(0.85, 0), weighings: [], restrictions: [] }

    expect(opinionAt(unweighed, '2018-11-05T12:00:00').expected_water).toBe(-0.07500000000000001)
  })

  test('New York weighs on the evening before', () => {
    const overseas = {
      ...example(0.85, 0),
      lab: { timezone: 'America/New_York', reference_weight_pct: 0.85, zscore_weight_pct: 0 },
      weighings: [{ date_time: '2018-11-01T02:00:00', weight: 25 }],
    }

    expect(opinionOn(overseas, '2018-11-01T00:00:00').first_moment).toBe('2018-10-31T22:00:00')
  })
})
