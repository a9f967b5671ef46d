import type { EntriesAnswer, RoundCage, RoundEntry, WaterToday } from '@alyx/client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { portion } from '../src/rounds/entries.ts'
import { confirmed, forgettable, type Queued, type Store, sendWaiting, undecided } from '../src/rounds/queue.ts'
import { ifWeighed, withEntry, withWaiting } from '../src/rounds/round-data.ts'
import { meantBy } from '../src/rounds/scanned.ts'

const ME = 'me'
const given = (id: string, more: Partial<Queued> = {}): Queued => ({
  entry: { id, kind: 'water', subject: 'mouse', at: '2026-03-02T09:00:00Z', millilitres: 1 },
  user: ME,
  title: 'SW_001',
  state: 'waiting',
  ...more,
})

/** A queue in memory, as the browser keeps it. */
function storeOf(...entries: Queued[]): Store & { entries: Queued[] } {
  const store = {
    entries,
    all: async () => [...store.entries],
    async put(changed: readonly Queued[]) {
      for (const one of changed) {
        const at = store.entries.findIndex(({ entry }) => entry.id === one.entry.id)
        if (at < 0) store.entries.push(one)
        else store.entries[at] = one
      }
    },
    async remove(ids: readonly string[]) {
      store.entries = store.entries.filter(({ entry }) => !ids.includes(entry.id))
    },
  }
  return store
}

const recording =
  (sent: string[][]) =>
  async (entries: readonly RoundEntry[]): Promise<EntriesAnswer> => {
    sent.push(entries.map(({ id }) => id))
    return { entries: entries.map(({ id }) => ({ id, outcome: 'recorded' })), animals: {} }
  }

describe('the queue', () => {
  test('sends what waits in the order in which it was entered, at most 500 at once', async () => {
    const store = storeOf(...Array.from({ length: 1201 }, (_, nth) => given(String(nth))))
    const sent: string[][] = []
    await sendWaiting(store, ME, recording(sent))
    expect(sent.map(({ length }) => length)).toEqual([500, 500, 201])
    expect(sent.flat()).toEqual(store.entries.map(({ entry }) => entry.id))
    expect(store.entries.every(({ state }) => state === 'recorded')).toBe(true)
  })

  test('never sends what somebody else entered, or what a person has to decide', async () => {
    const store = storeOf(given('theirs', { user: 'you' }), given('open', { state: 'conflict' }), given('mine'))
    const sent: string[][] = []
    await sendWaiting(store, ME, recording(sent))
    expect(sent).toEqual([['mine']])
  })

  test('loses nothing whenever the network goes, and ends with each entry recorded once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('answers', 'lost', 'answer lost'), { maxLength: 8 }),
        async (network) => {
          const store = storeOf(...Array.from({ length: 7 }, (_, nth) => given(String(nth))))
          const recorded: string[] = []
          const post = async (entries: readonly RoundEntry[]): Promise<EntriesAnswer> => {
            const weather = network.shift() ?? 'answers'
            if (weather === 'lost') throw new Error('no network')
            const answers = entries.map(({ id }) => {
              if (recorded.includes(id)) return { id, outcome: 'repeated', removed: false } as const
              recorded.push(id)
              return { id, outcome: 'recorded' } as const
            })
            if (weather === 'answer lost') throw new Error('no network')
            return { entries: answers, animals: {} }
          }
          for (let tries = 0; tries < 10; tries += 1) await sendWaiting(store, ME, post).catch(() => undefined)
          expect(recorded.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6'])
          expect(store.entries.map(({ state }) => state)).toEqual(Array(7).fill('recorded'))
        },
      ),
    )
  })

  test('keeps a conflict until somebody has decided, and then says that it is known', async () => {
    const store = storeOf(given('one'))
    const others = [{ id: 'x', at: '2026-03-02T08:00:00Z', user: 'ann', amount: 0.5 }]
    await sendWaiting(store, ME, async () => ({
      entries: [{ id: 'one', outcome: 'conflict', why: 'other water', message: '0.5 mL were given already.', others }],
      animals: {},
    }))
    const [open] = undecided(store.entries)
    expect(open).toMatchObject({ state: 'conflict', said: { others } })
    expect(confirmed(open!)).toMatchObject({ state: 'waiting', entry: { id: 'one', confirmed: true } })
    expect(confirmed(open!)).not.toHaveProperty('said')
  })

  test('does not bring back what was taken away while it was being sent', async () => {
    const store = storeOf(given('one'), given('two'))
    await sendWaiting(store, ME, async (entries) => {
      await store.remove(['one'])
      return recording([])(entries)
    })
    expect(store.entries.map(({ entry }) => entry.id)).toEqual(['two'])
  })

  test('does not go round and round when the server forgets an entry', async () => {
    const store = storeOf(given('one'), given('two'))
    const forgetful = async () => ({ entries: [{ id: 'one', outcome: 'recorded' as const }], animals: {} })
    await expect(sendWaiting(store, ME, forgetful)).rejects.toThrow('did not answer for every entry')
    expect(store.entries.every(({ state }) => state === 'waiting')).toBe(true)
  })

  test('forgets recorded entries after a day, and others never', () => {
    const entries = [given('old', { state: 'recorded' }), given('waiting'), given('open', { state: 'refused' })]
    const at = Date.parse('2026-03-02T09:00:00Z')
    expect(forgettable(entries, at + 23 * 3_600_000)).toEqual([])
    expect(forgettable(entries, at + 25 * 3_600_000)).toEqual(['old'])
  })
})

const water: WaterToday = {
  day: '2026-03-02',
  restricted_since: '2026-02-20',
  weight_today: null,
  weight_yesterday: 23,
  last_weight: { weight: 23, at: '2026-03-01T09:00:00' },
  expected_weight: 26,
  minimum_weight: 21,
  implant_weight: 1,
  percentage: 88,
  status: 0,
  required_water: 0.92,
  given_water: 0.2,
  remaining_water: 0.72,
  plausible_weight: { least: 19, most: 27 },
}

describe('without the server', () => {
  test('the share of the expected weight leaves the implant out', () => {
    expect(ifWeighed(water, 21).percentage).toBeCloseTo(80)
    expect(ifWeighed(water, 20.9)).toMatchObject({ status: 1, weight_today: 20.9, required_water: 0.92 })
  })
  test('water that was given is not given again', () => {
    const entry = given('one').entry
    expect(withEntry(water, { ...entry, millilitres: 0.5 } as RoundEntry)).toMatchObject({ given_water: 0.7 })
    expect(withEntry(water, { ...entry, millilitres: 5 } as RoundEntry).remaining_water).toBe(0)
  })
  test('the round counts what waits of today, and nothing of the days before', () => {
    const animal = {
      subject: { id: 'mouse', title: 'SW_001' },
      responsible_user: null,
      sex: 'F',
      water_type: null,
      reasons: [],
      water,
    }
    const round = {
      count: 1,
      done: 0,
      cages: [{ lab: { id: 'l', title: 'lab' }, room: null, cage: null, housing: null, animals: [animal] }],
    }
    const now = new Date('2026-03-02T12:00:00')
    const entry = (at: string, millilitres: number): RoundEntry => ({
      id: at,
      kind: 'water',
      subject: 'mouse',
      at: new Date(at).toISOString(),
      millilitres,
    })
    const seen = withWaiting(round, [entry('2026-03-01T09:00:00', 0.4), entry('2026-03-02T09:00:00', 0.1)], now)
    expect(seen.cages[0]!.animals[0]!.water.given_water).toBeCloseTo(0.3)
    const done = withWaiting(
      round,
      [
        { ...entry('2026-03-02T09:00:00', 9) },
        { id: 'w', kind: 'weighing', subject: 'mouse', at: now.toISOString(), weight: 22 },
      ],
      now,
    )
    expect(done.done).toBe(1)
  })
  test('a portion is never less than what remains, and no more than a hundredth above', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10, noNaN: true }), (remaining) => {
        expect(portion(remaining)).toBeGreaterThan(remaining - 0.0001)
        expect(portion(remaining)).toBeLessThan(remaining + 0.0101)
      }),
    )
    expect(portion(0.9216)).toBe(0.93)
    expect(portion(0.92)).toBe(0.92)
  })
})

describe('what is scanned or typed', () => {
  const animal = (id: string, title: string) => ({
    subject: { id, title },
    responsible_user: null,
    sex: 'F',
    water_type: null,
    reasons: [],
    water,
  })
  const KEY = '6f0c1a52-1111-4aaa-8bbb-0123456789ab'
  const HOUSING = '7a0c1a52-2222-4aaa-8bbb-0123456789ab'
  const cages: RoundCage[] = [
    {
      lab: { id: 'l', title: 'lab' },
      room: null,
      cage: 'C 12',
      housing: HOUSING,
      animals: [animal(KEY, 'SW_001'), animal('b', 'SW_010')],
    },
    { lab: { id: 'l', title: 'lab' }, room: null, cage: null, housing: null, animals: [animal('c', 'Straße_3')] },
  ]
  test.for([
    ['the page of an animal', `https://alyx.example.org/admin/subjects/subject/${KEY.toUpperCase()}/change/`, KEY],
    ['a name in other letters', ' sw_010 ', 'b'],
    ['a part that only one has', 'straß', 'c'],
  ] as const)('%s is that animal', ([, text, subject]) => {
    expect(meantBy(text, cages)).toEqual({ kind: 'animal', subject })
  })
  test.for([
    ['a housing', `/admin/misc/housing/${HOUSING}/change/`],
    ['the address on a label', 'https://alyx.example.org/admin/round/?cage=C%2012'],
    ['its name', 'c 12'],
  ] as const)('%s is the cage', ([, text]) => {
    expect(meantBy(text, cages)).toEqual({ kind: 'cage', cage: cages[0] })
  })
  test.for(['', '   ', 'SW', 'nobody', '%E0%A4%A'])('"%s" is nothing', (text) => {
    expect(meantBy(text, cages)).toEqual({ kind: 'nothing' })
  })
})
