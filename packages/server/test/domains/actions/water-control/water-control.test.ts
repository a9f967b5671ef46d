import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  Administration,
  LabWaterPolicy,
  WaterControlInputs,
  Weighing,
} from '../../../../src/domains/actions/water-control/index.ts'
import { WaterControl } from '../../../../src/domains/actions/water-control/index.ts'

/** The worked example of the specification: a male with two implants and one restriction. */
function example(policy: Partial<LabWaterPolicy>, changes: Partial<WaterControlInputs> = {}): WaterControl {
  return new WaterControl({
    birth_date: '2018-09-01',
    sex: 'M',
    lab: { timezone: 'Europe/London', reference_weight_pct: 0, zscore_weight_pct: 0, ...policy },
    server_zone: 'Europe/London',
    weighings: [
      { date_time: '2018-11-01T10:00:00', weight: 25.0 },
      { date_time: '2018-11-05T10:00:00', weight: 24.5 },
      { date_time: '2018-11-07T10:00:00', weight: 23.0 },
      { date_time: '2018-11-09T10:00:00', weight: 20.5 },
    ],
    implants: [
      { start_time: '2018-10-20T10:00:00', implant_weight: 1.5 },
      { start_time: '2018-11-06T10:00:00', implant_weight: 2.0 },
    ],
    restrictions: [{ start_time: '2018-11-02T09:00:00', end_time: null, reference_weight: 25.0 }],
    administrations: [
      { date_time: '2018-11-07T15:00:00', water_administered: 0.6, in_session: true },
      { date_time: '2018-11-07T18:00:00', water_administered: 0.5, in_session: false },
      { date_time: '2018-11-08T18:00:00', water_administered: null, in_session: false },
    ],
    ...changes,
  })
}

const ENDED = [{ start_time: '2018-11-02T09:00:00', end_time: '2018-11-09T09:00:00', reference_weight: 25.0 }]

describe('the worked example, to the last digit', () => {
  // reference and z-score fraction, day, then R, E, minimum, %, water, excess, status; undefined where none is given
  test.each([
    [0.85, 0, '11-01', 0, 1.5, 1.5, 0, 0.9400000000000001, -0.9400000000000001, 0],
    [0.85, 0, '11-02', 23.5, 25.0, 21.474999999999998, 100.0, 0.9400000000000001, -0.9400000000000001, 0],
    [0.85, 0, '11-05', 23.5, 25.0, 21.474999999999998, 97.87234042553192, 0.92, -0.92, 0],
    [0.85, 0, '11-06', 23.5, 25.5, 21.974999999999998, 95.74468085106383, 0.9, -0.9, 0],
    [0.85, 0, '11-07', 23.5, 25.5, 21.974999999999998, 89.36170212765957, 0.84, 0.2600000000000001, 0],
    [0.85, 0, '11-09', 23.5, 25.5, 21.974999999999998, 78.72340425531915, 0.925, -0.925, 2],
    [0, 0.8, '11-02', 23.5, 25.0, 20.3, 100.0, 0.9400000000000001, undefined, 0],
    [
      0,
      0.8,
      '11-03',
      23.5,
      25.966666666666665,
      21.073333333333334,
      96.04904632152589,
      0.9400000000000001,
      undefined,
      0,
    ],
    [0, 0.8, '11-07', 23.5, 26.466666666666665, 21.573333333333334, 85.83106267029973, 0.84, 0.2600000000000001, 0],
    [0, 0.8, '11-09', 23.5, 26.466666666666665, 21.573333333333334, 75.61307901907358, 0.925, undefined, 2],
    [0, 0.8, '11-10', 23.5, 27.033333333333335, 22.02666666666667, 73.90146471371504, 0.925, undefined, undefined],
    [
      0.425,
      0.425,
      '11-03',
      23.5,
      25.483333333333334,
      21.88583333333333,
      97.98471160528145,
      0.9400000000000001,
      undefined,
      0,
    ],
    [0.425, 0.425, '11-09', 23.5, 25.983333333333334, 22.38583333333333, 77.13690062543432, 0.925, undefined, 0],
    [0, 0, '11-09', 23.5, null, 2.0, 0, 0.74, -0.74, 0],
  ])(
    'lab with %d reference, %d z-score on %s',
    (r, z, day, reference, expected, min, percentage, water, excess, status) => {
      const state = example({ reference_weight_pct: r, zscore_weight_pct: z }).at(`2018-${day}T12:00:00`)

      const found = {
        reference_weight: state.reference_weight,
        expected_weight: state.expected_weight,
        min_weight: state.min_weight,
        percentage_weight: state.percentage_weight,
        expected_water: state.expected_water,
        excess_water: excess === undefined ? undefined : state.excess_water,
        weight_status: status === undefined ? undefined : state.weight_status,
      }
      expect(found).toEqual({
        reference_weight: reference,
        expected_weight: expected,
        min_weight: min,
        percentage_weight: percentage,
        expected_water: water,
        excess_water: excess,
        weight_status: status,
      })
    },
  )

  test.each(['11-05', '11-07', '11-09'])('on %s an average mouse of its kind would weigh 24.47 g', (day) => {
    expect(example({}).at(`2018-${day}T12:00:00`).zscore_weight).toBe(24.466666666666665)
  })
})

describe('water given', () => {
  test('is counted by day: reward of sessions, supplement, and both', () => {
    const state = example({}).at('2018-11-07T12:00:00')

    expect(state.given_water_reward).toBe(0.6)
    expect(state.given_water_supplement).toBe(0.5)
    expect(state.given_water_total).toBe(1.1)
  })

  test('at will counts as nothing', () => {
    expect(example({}).at('2018-11-08T12:00:00').given_water_total).toBeNull()
  })

  test('of zero millilitres is something', () => {
    const control = example(
      {},
      {
        administrations: [{ date_time: '2018-11-08T18:00:00', water_administered: 0, in_session: false }],
      },
    )

    expect(control.at('2018-11-08T12:00:00')).toMatchObject({ given_water_reward: null, given_water_total: 0 })
  })

  test('last is found to the minute', () => {
    const control = example({})

    expect(control.lastAdministration('2018-11-07T14:59:59')).toBeUndefined()
    expect(control.lastAdministration('2018-11-07T15:00:00')?.water_administered).toBe(0.6)
  })
})

describe('weighings', () => {
  test.each(['11-02', '11-03', '11-04', '11-06', '11-08', '11-10'])('there was none on %s', (day) => {
    expect(example({}).at(`2018-${day}T12:00:00`).weighing_at).toBeNull()
  })

  test('later the same day already count in the morning', () => {
    expect(example({}).at('2018-11-09T00:00:00')).toMatchObject({ weight: 20.5, weighing_at: 20.5 })
  })

  test('are shown as nothing before the first', () => {
    expect(example({}).at('2018-10-01T12:00:00')).toMatchObject({ weight: null, weighing_at: null })
  })

  test('that are missing make the implant ask for negative water', () => {
    const control = example(
      { reference_weight_pct: 0.85 },
      { weighings: [], restrictions: [], implants: [{ start_time: '2018-10-20T10:00:00', implant_weight: 1.5 }] },
    )

    expect(control.at('2018-11-05T12:00:00').expected_water).toBe(-0.07500000000000001)
  })

  test('of the small hours in London belong to the evening before in New York', () => {
    const control = example(
      { timezone: 'America/New_York' },
      { weighings: [{ date_time: '2018-11-01T02:00:00', weight: 25 }] },
    )

    expect(control.at('2018-10-31T12:00:00').weighing_at).toBe(25)
    expect(control.firstMoment()).toBe('2018-10-31T22:00:00')
  })
})

describe('a restriction', () => {
  test('still counts on the day of its end, until the time of its end', () => {
    const control = example({}, { restrictions: ENDED })

    expect(control.restrictionAt('2018-11-09T08:00:00')).toBe('2018-11-02T09:00:00')
    expect(control.restrictionAt('2018-11-09T12:00:00')).toBeNull()
  })

  test('counts from the beginning of its first day', () => {
    expect(example({}).restrictionAt('2018-11-02T00:00:00')).toBe('2018-11-02T09:00:00')
  })

  test('that has ended leaves its reference weight in use, with the implant of the day', () => {
    const state = example({ reference_weight_pct: 0.85 }, { restrictions: ENDED }).at('2018-11-12T12:00:00')

    expect(state.reference_weight).toBe(23.0)
    expect(state.percentage_weight).toBe(80.43478260869566)
  })

  test('hides an earlier one that still runs', () => {
    const control = example(
      {},
      {
        restrictions: [
          { start_time: '2018-11-01T09:00:00', end_time: null, reference_weight: 25 },
          { start_time: '2018-11-03T09:00:00', end_time: '2018-11-04T09:00:00', reference_weight: 24 },
        ],
      },
    )

    expect(control.restrictionAt('2018-11-06T12:00:00')).toBeNull()
    expect(control.currentRestriction()).toBeNull()
    expect(control.at('2018-11-02T12:00:00').reference_weight).toBe(23.5)
    expect(control.at('2018-11-06T12:00:00').reference_weight).toBe(22.0)
  })

  test('without written reference weight refers to the last weighing by its first day', () => {
    const control = example(
      {},
      {
        restrictions: [{ start_time: '2018-11-05T09:00:00', end_time: null, reference_weight: 0 }],
      },
    )

    expect(control.at('2018-11-09T12:00:00').reference_weight).toBe(24.5 - 1.5)
    expect(control.at('2018-11-04T12:00:00').reference_weight).toBe(0)
  })

  test('without any weighing refers to nothing', () => {
    const control = example(
      { reference_weight_pct: 0.8 },
      {
        weighings: [],
        implants: [],
        restrictions: [{ start_time: '2018-11-05T09:00:00', end_time: null, reference_weight: 0 }],
      },
    )

    expect(control.at('2018-11-09T12:00:00')).toMatchObject({ reference_weight: 0, expected_weight: 0, min_weight: 0 })
  })
})

describe('an implant', () => {
  test('stays although a later surgery adds none', () => {
    const control = example(
      {},
      {
        implants: [
          { start_time: '2018-10-20T10:00:00', implant_weight: 1.5 },
          { start_time: '2018-11-06T10:00:00', implant_weight: 0 },
        ],
      },
    )

    expect(control.at('2018-11-07T12:00:00').implant_weight).toBe(1.5)
  })

  test('of the first day of the restriction is the one that the reference weight is relieved of', () => {
    expect(example({}).referenceImplantWeight('2018-11-07T00:00:00')).toBe(1.5)
    expect(example({}, { restrictions: [] }).referenceImplantWeight('2018-11-07T00:00:00')).toBe(2.0)
  })
})

describe('age', () => {
  test('advances at noon', () => {
    const control = example({ zscore_weight_pct: 0.8 })

    // Nine weeks old at noon of 3 November.
    expect(control.at('2018-11-03T11:59:59.999999').zscore_weight).toBe(control.at('2018-11-02T12:00:00').zscore_weight)
    expect(control.at('2018-11-03T12:00:00').zscore_weight).toBe(24.466666666666665)
  })

  test('unknown leaves no z-score weight', () => {
    expect(example({ zscore_weight_pct: 0.8 }, { birth_date: null }).at('2018-11-09T12:00:00').zscore_weight).toBe(0)
  })

  test.each(['F', 'U', ''])('of a subject of sex "%s" is judged by the female table', (sex) => {
    const control = example(
      {},
      {
        sex,
        weighings: [],
        implants: [],
        restrictions: [{ start_time: '2018-11-02T13:00:00', end_time: null, reference_weight: 18.7 }],
      },
    )

    expect(control.at('2018-11-02T13:00:00').zscore_weight).toBeCloseTo(18.7, 12)
    expect(control.at('2028-11-02T13:00:00').zscore_weight).toBeCloseTo(23.6, 12)
  })
})

test('the alarm sounds under the sum of both fractions, but never under three quarters', () => {
  expect(example({ reference_weight_pct: 0.85 }).minPercentage()).toBe(85)
  expect(example({ reference_weight_pct: 0.3, zscore_weight_pct: 0.3 }).minPercentage()).toBe(75)
})

test('the first moment is birth when nothing else is known', () => {
  const nothing = { weighings: [], administrations: [] }

  expect(example({}, nothing).firstMoment()).toBe('2018-09-01T12:00:00')
  expect(example({}, { ...nothing, birth_date: null }).firstMoment()).toBeUndefined()
})

interface Drawn {
  r: number
  z: number
  weighings: Weighing[]
  administrations: Administration[]
  at: string
}

describe('whatever the history', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((number) => `2018-11-${String(number).padStart(2, '0')}`)
  const time = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:30:00`)
  const moment = fc.tuple(day, time).map(([date, clock]) => `${date}T${clock}`)
  const grams = fc.double({ min: 10, max: 40, noNaN: true })
  const history: fc.Arbitrary<Drawn> = fc.record({
    r: fc.constantFrom(0, 0.425, 0.8, 0.85),
    z: fc.constantFrom(0, 0.425, 0.8),
    weighings: fc.array(fc.record({ date_time: moment, weight: grams })),
    administrations: fc.array(
      fc.record({
        date_time: moment,
        water_administered: fc.option(fc.double({ min: 0, max: 3, noNaN: true })),
        in_session: fc.boolean(),
      }),
    ),
    at: moment,
  })
  const byTime = (a: { date_time: string }, b: { date_time: string }) => (a.date_time < b.date_time ? -1 : 1)
  const control = ({ r, z, weighings, administrations }: Drawn) =>
    example(
      { reference_weight_pct: r, zscore_weight_pct: z },
      { weighings: weighings.toSorted(byTime), administrations: administrations.toSorted(byTime) },
    )

  test('excess is the opposite of what remains, and both follow from given and expected', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        const state = control(drawn).at(drawn.at)

        expect(state.excess_water).toBe(-state.remaining_water)
        expect(state.remaining_water).toBe(state.expected_water - (state.given_water_total ?? 0))
        expect(state.given_water_total ?? 0).toBeCloseTo(
          (state.given_water_reward ?? 0) + (state.given_water_supplement ?? 0),
          9,
        )
      }),
    )
  })

  test('the weight is that of the last weighing by the day, searched plainly', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        const until = drawn.at.slice(0, 10)
        const last = drawn.weighings.toSorted(byTime).findLast((one) => one.date_time.slice(0, 10) <= until)

        expect(control(drawn).at(drawn.at).weight).toBe(last?.weight ?? null)
      }),
    )
  })

  test('what happens on later days changes nothing today', () => {
    fc.assert(
      fc.property(history, (drawn) => {
        const today = drawn.at.slice(0, 10)
        const known = <Entry extends { date_time: string }>(entries: Entry[]) =>
          entries.filter((one) => one.date_time.slice(0, 10) <= today)
        const past = { ...drawn, weighings: known(drawn.weighings), administrations: known(drawn.administrations) }

        expect(control(past).at(drawn.at)).toEqual(control(drawn).at(drawn.at))
      }),
    )
  })
})
