import { Subject } from '@alyx/models'
import {
  animalExists,
  animalOverview,
  MOST_DAYS,
  notesOf,
  performanceOf,
  roundAnimals,
  surgeriesOf,
  TIMELINE_KINDS,
  timelineOf,
  trainingWeek,
  waterSeries,
  watersToday,
} from '../../domains/actions/index.ts'
import { pedigreeOf } from '../../domains/subjects/index.ts'
import { invalid, Refused } from '../../records/index.ts'
import { withAddresses } from '../json.ts'
import { day, list, oneOf, optional, otherwise, truth, uuid, whole } from '../kinds.ts'
import { type Page, reading } from '../page.ts'

const SUBJECT = { subject: uuid('Key of the animal.') }
const WHOSE = {
  lab: optional(uuid('Animals of this lab only.')),
  responsible_user: optional(uuid('Animals that this person answers for.')),
}

/** @throws Refused when there is nothing */
function required<T>(found: T | undefined, subject: string): T {
  if (found === undefined) throw new Refused('missing', `There is no ${Subject.label} with the key ${subject}.`)
  return found
}

const DAY_MS = 24 * 60 * 60 * 1000

/** What the page of one animal shows, piece by piece, and tables of many animals on restriction. */
export const animalPages: readonly Page[] = [
  {
    url: '/animals/:subject',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'One animal: identity, family, genotype, housing, restrictions, implants, water today.',
        answer: 'What is known of it; `water` as in the round.',
        path: SUBJECT,
        async run({ call: { database, moment }, path: { subject } }) {
          const overview = required(await animalOverview(database, subject, moment.today), subject)
          return { ...overview, water: (await watersToday(database, [subject], moment.instant)).get(subject) ?? null }
        },
      }),
    },
  },
  {
    url: '/animals/:subject/pedigree',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'Ancestors, littermates and descendants.',
        description:
          'Two mothers of a trio are both told: nobody knows which it is. `inbreeding` is the coefficient of Wright over ' +
          'the ancestors shown, null when the parents are not known for sure. Three statements, however many generations.',
        answer: '`relatives` with `generation` (1 parents, -1 offspring), `father`, `mothers`.',
        path: SUBJECT,
        query: {
          up: otherwise(whole('Generations of ancestors.', { least: 0, most: 8 }), 3),
          down: otherwise(whole('Generations of descendants.', { least: 0, most: 4 }), 1),
        },
        run: async ({ call: { database }, path: { subject }, query }) =>
          required(await pedigreeOf(database, subject, query), subject),
      }),
    },
  },
  {
    url: '/animals/:subject/water',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'Weights and water day by day, with what was expected and the bands of 70 and 80 per cent.',
        description: 'Without `from` from the first weighing or water on. Three statements.',
        answer: '`days`, a list for each quantity; `bands`; `weighings`, all of them.',
        path: SUBJECT,
        query: { from: optional(day('First day.')), to: optional(day('Last day; today when absent.')) },
        async run({ call: { database, moment }, path: { subject }, query }) {
          const { from, to } = query
          const last = to ?? moment.today
          if (from !== undefined && from > last)
            throw invalid({ from: [`The first day lies after the last, ${last}.`] })
          if (from !== undefined && (Date.parse(last) - Date.parse(from)) / DAY_MS >= MOST_DAYS)
            throw invalid({ from: [`At most ${MOST_DAYS} days can be asked for.`] })
          return required(await waterSeries(database, subject, query, moment.instant), subject)
        },
      }),
    },
  },
  {
    url: '/animals/:subject/performance',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'The sessions of an animal as points of a learning curve.',
        answer: '`results` in order of time: trials, correct ones, per cent, reward.',
        path: SUBJECT,
        async run({ call: { database }, path: { subject } }) {
          const [there, results] = await Promise.all([
            animalExists(database, subject),
            performanceOf(database, subject),
          ])
          return { results: required(there ? results : undefined, subject) }
        },
      }),
    },
  },
  {
    url: '/animals/:subject/surgeries',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'The surgeries of an animal, the latest first.',
        answer:
          '`results`: when, procedures, users, location, outcome, weight of the implant in grams, narrative, and `notes` with ' +
          'the addresses of their pictures.',
        path: SUBJECT,
        async run({ call, path: { subject } }) {
          const [there, surgeries] = await Promise.all([
            animalExists(call.database, subject),
            surgeriesOf(call.database, subject),
          ])
          required(there || undefined, subject)
          return { results: surgeries.map((one) => ({ ...one, notes: withAddresses(one.notes, call) })) }
        },
      }),
    },
  },
  {
    url: '/animals/:subject/timeline',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'Everything that happened to an animal, newest first.',
        answer: '`results`: kind, moment, model and key of the record, title, details; `more` when there are more.',
        path: SUBJECT,
        query: {
          kinds: optional(list('Kinds of events; all when absent.', oneOf('Kind.', TIMELINE_KINDS), { most: 50 })),
          limit: otherwise(whole('Events of a page.', { least: 1, most: 500 }), 100),
          offset: otherwise(whole('Events to skip.', { least: 0, most: 1_000_000 }), 0),
        },
        async run({ call: { database }, path: { subject }, query }) {
          const [there, events] = await Promise.all([
            animalExists(database, subject),
            timelineOf(database, subject, query),
          ])
          required(there || undefined, subject)
          return { results: events.slice(0, query.limit), more: events.length > query.limit }
        },
      }),
    },
  },
  {
    url: '/animals/:subject/notes',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'Notes about an animal and about what was done with it, newest first.',
        answer:
          '`results`: text, address of the picture, who, when, and `about` which record; `more` when there are more.',
        path: SUBJECT,
        query: {
          pictures: otherwise(truth('Notes with a picture only.'), false),
          limit: otherwise(whole('Notes of a page.', { least: 1, most: 500 }), 60),
          offset: otherwise(whole('Notes to skip.', { least: 0, most: 1_000_000 }), 0),
        },
        async run({ call, path: { subject }, query }) {
          const [there, notes] = await Promise.all([
            animalExists(call.database, subject),
            notesOf(call.database, subject, query),
          ])
          required(there || undefined, subject)
          return { results: withAddresses(notes.slice(0, query.limit), call), more: notes.length > query.limit }
        },
      }),
    },
  },
  {
    url: '/water-table',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'Living animals on water restriction, with weights and water of today.',
        answer: '`results`, as in the round.',
        query: WHOSE,
        async run({ call: { database, moment }, query }) {
          const animals = await roundAnimals(database, query, moment.instant)
          return { results: animals.filter(({ reasons }) => reasons.includes('water restriction')) }
        },
      }),
    },
  },
  {
    url: '/training-week',
    tag: 'animals',
    operations: {
      GET: reading({
        summary: 'A week of training: sessions, weight and water of each day.',
        description:
          'Animals on restriction on a day of the week. Weeks begin on Monday; days to come are told apart. Four statements.',
        answer: '`monday`; `animals` with seven `days`, `training_days`, `too_few`.',
        query: { date: optional(day('Any day of the week; today when absent.')), ...WHOSE },
        run: ({ call: { database, moment }, query }) =>
          trainingWeek(database, { ...query, date: query.date ?? moment.today }, moment.instant),
      }),
    },
  },
]
