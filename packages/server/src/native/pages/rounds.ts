import { Subject, WaterAdministration, Weighing } from '@alyx/models'
import {
  type Entry,
  type Judgement,
  judgeEntries,
  type RoundAnimal,
  roundAnimals,
  waterIfWeighed,
  watersToday,
} from '../../domains/actions/index.ts'
import { type Recorder, Refused } from '../../records/index.ts'
import type { JsonValue } from '../../rest/python-json-body.ts'
import { judgeNew } from '../../rights/index.ts'
import type { NativeCall } from '../gate.ts'
import {
  anything,
  type FaultsByPlace,
  list,
  moment,
  noFaults,
  nullable,
  number,
  objectSchema,
  oneOf,
  optional,
  otherwise,
  readFields,
  text,
  truth,
  uuid,
} from '../kinds.ts'
import { type Page, reading, recording } from '../page.ts'
import { isRefused, type Outcome, writtenOrRefused } from '../writing/outcomes.ts'
import { forbidden } from '../writing/rows.ts'

/** Heavier than any animal of a laboratory that is weighed on a scale. */
const MOST_GRAMS = 5000
const MOST_MILLILITRES = 1000
/** Entries of one request: a large room on a day without network. */
const MOST_ENTRIES = 500

const SHARED = {
  id: uuid('Key that the record will have, made by the client: an entry that is sent again is recorded once.'),
  subject: uuid('The animal.'),
  at: moment('When it was done.'),
  confirmed: otherwise(truth('You know of the conflict that was shown.'), false),
}
const WEIGHING = {
  ...SHARED,
  kind: oneOf('What was done.', ['weighing']),
  weight: number('Grams, implant included.', { least: 0.1, most: MOST_GRAMS }),
}
const WATER = {
  ...SHARED,
  kind: oneOf('What was done.', ['water']),
  millilitres: nullable(number('Null: as much as it liked.', { least: 0, most: MOST_MILLILITRES })),
  water_type: optional(uuid('Type of water; that of the restriction when absent.')),
  given_before: optional(
    number('Millilitres that were shown as given that day; a conflict when others gave more meanwhile.', {
      least: 0,
      most: MOST_MILLILITRES,
    }),
  ),
}

/** An entry as it was sent, or what is wrong with it. */
function readEntry(sent: JsonValue): Entry | FaultsByPlace {
  const faults = noFaults()
  if (!(sent instanceof Map)) return { '': ['Expected an object.'] }
  const fields = sent.get('kind') === 'water' ? WATER : WEIGHING
  const entry = readFields(fields, sent, faults)
  return Object.keys(faults).length > 0 ? faults : (entry as Entry)
}

const isEntry = (one: Entry | FaultsByPlace): one is Entry => 'kind' in one && typeof one.kind === 'string'

/** Writes what is new; refusals of rules are told row by row. */
async function written(recorder: Recorder, entries: readonly Entry[]): Promise<Outcome[]> {
  const user_id = recorder.actor!.id
  return writtenOrRefused(
    recorder,
    entries.map(() => undefined),
    async (places) => {
      const now = places.map((at) => entries[at]!)
      await recorder.create(
        Weighing,
        now.flatMap((one) =>
          one.kind === 'weighing'
            ? [{ id: one.id, subject_id: one.subject, date_time: one.at, weight: one.weight, user_id }]
            : [],
        ),
      )
      await recorder.create(
        WaterAdministration,
        now.flatMap((one) =>
          one.kind === 'water'
            ? [
                {
                  id: one.id,
                  subject_id: one.subject,
                  date_time: one.at,
                  water_administered: one.millilitres,
                  adlib: one.millilitres === null,
                  user_id,
                  ...(one.water_type !== undefined && { water_type_id: one.water_type }),
                },
              ]
            : [],
        ),
      )
      return now.map(({ id }) => id)
    },
  )
}

interface EntryAnswer {
  readonly id: string | null
  readonly outcome: 'recorded' | 'repeated' | 'conflict' | 'refused'
  readonly [more: string]: unknown
}

function answerOf(id: string, judgement: Judgement): EntryAnswer {
  if (judgement.outcome === 'new') throw new Error('a new entry has no answer before it is written')
  if (judgement.outcome !== 'refused') return { id, ...judgement }
  const { field, message } = judgement
  return { id, outcome: 'refused', message, fields: { [field]: [message] } }
}

/** Records what can be recorded of what was sent, and says of each entry what became of it. */
async function recordEntries({ account, moment: now }: NativeCall, recorder: Recorder, sent: readonly JsonValue[]) {
  for (const model of [Weighing, WaterAdministration])
    if (!judgeNew(account, model).may) throw forbidden('create', model)
  const read = sent.map(readEntry)
  const entries = read.filter(isEntry)
  const judgements = await judgeEntries(recorder, entries)
  const fresh = entries.filter((_, at) => judgements[at]!.outcome === 'new')
  const outcomes = await written(recorder, fresh)
  const answers = new Map<Entry, EntryAnswer>()
  for (const [at, entry] of entries.entries())
    if (judgements[at]!.outcome !== 'new') answers.set(entry, answerOf(entry.id, judgements[at]!))
  for (const [at, entry] of fresh.entries()) {
    const outcome = outcomes[at]!
    answers.set(
      entry,
      isRefused(outcome)
        ? { id: entry.id, outcome: 'refused', message: outcome.problem.message, fields: outcome.problem.fields ?? {} }
        : { id: entry.id, outcome: 'recorded' },
    )
  }
  const water = await watersToday(recorder.db, [...new Set(entries.map(({ subject }) => subject))], now.instant)
  return {
    entries: read.map((one, at) => {
      if (isEntry(one)) return answers.get(one)!
      const given = sent[at]
      const id = given instanceof Map ? given.get('id') : null
      return {
        id: typeof id === 'string' ? id.slice(0, 36) : null,
        outcome: 'refused',
        message: Object.values(one).flat().join(' '),
        fields: one,
      }
    }),
    animals: Object.fromEntries(water),
  }
}

/** By room and cage, in the order in which one walks. */
function caged(animals: readonly RoundAnimal[]) {
  const cages = Map.groupBy(animals, ({ room, cage, lab }) => JSON.stringify([lab.id, room, cage]))
  return [...cages.values()].map((inside) => {
    const { lab, room, cage, housing } = inside[0]!
    return {
      lab,
      room,
      cage,
      housing,
      animals: inside.map(({ lab: _, room: __, cage: ___, housing: ____, ...one }) => one),
    }
  })
}

export const roundPages: readonly Page[] = [
  {
    url: '/rounds',
    tag: 'rounds',
    operations: {
      GET: reading({
        summary: 'The daily round: animals to weigh and to water, cage by cage.',
        description:
          'Living animals on water restriction, and for seven days those that had surgery. Four statements, however many.',
        answer:
          '`cages`, each with `animals`: reasons, weights of today and yesterday, expected weight, water required, given ' +
          'and remaining, bounds of a plausible weight.',
        query: {
          lab: optional(uuid('Animals of this lab only.')),
          responsible_user: optional(uuid('Animals that this person answers for.')),
          cage: optional(text('Animals of this cage only.', { most: 64 })),
        },
        async run({ call: { database, moment: now }, query }) {
          const animals = await roundAnimals(database, query, now.instant)
          const done = animals.filter(
            ({ water }) => water.weight_today !== null && (water.remaining_water ?? 1) <= 0.005,
          )
          return { count: animals.length, done: done.length, cages: caged(animals) }
        },
      }),
    },
  },
  {
    url: '/rounds/requirement',
    tag: 'rounds',
    operations: {
      GET: reading({
        summary: 'What an animal should drink if it weighed so much, before anything is saved.',
        answer: '`water` as in the round; `plausible`, whether the weight is.',
        query: {
          subject: uuid('The animal.'),
          weight: number('Grams on the scale, implant included.', { least: 0.1, most: MOST_GRAMS }),
        },
        async run({ call: { database, moment: now }, query: { subject, weight } }) {
          const water = await waterIfWeighed(database, subject, weight, now.instant)
          if (!water) throw new Refused('missing', `There is no ${Subject.label} with the key ${subject}.`)
          const { least, most } = water.plausible_weight
          return { subject, weight, plausible: weight >= least && weight <= most, water }
        },
      }),
    },
  },
  {
    url: '/rounds/entries',
    tag: 'rounds',
    operations: {
      POST: recording({
        summary: 'Record weighings and water of a round, also late and more than once.',
        description:
          'Each entry is recorded or not by itself, and told so: `recorded`; `repeated`, it is there already (`removed`: ' +
          'it was, and somebody removed it); `conflict`, somebody else weighed or watered meanwhile, or the number is not ' +
          'plausible: `others` shows what is there, and `confirmed` records it all the same; `refused`, it never will be. ' +
          'A queue keeps an entry until it is told one of these.',
        answer: '`entries`, one for each that was sent, in order; `animals`, where things stand for each now.',
        body: {
          entries: list(
            'What was done, in order.',
            anything('A weighing or water.', { oneOf: [objectSchema(WEIGHING), objectSchema(WATER)] }),
            { most: MOST_ENTRIES },
          ),
        },
        run: ({ call, recorder, body: { entries } }) => recordEntries(call, recorder, entries),
      }),
    },
  },
]
