import { FOV, ProbeInsertion, Session } from '@alyx/models'
import type { Database } from '../../database/index.ts'
import { missingDatasets, RememberedTotals } from '../../domains/data/index.ts'
import {
  channelsOfInsertion,
  completenessByWeek,
  datasetsOfSession,
  dayOfSession,
  fieldOfViewOverview,
  insertionOverview,
  PROVENANCES,
  regionsInside,
  regionTree,
  sessionOverview,
} from '../../domains/experiments/index.ts'
import { Refused } from '../../records/index.ts'
import { withAddresses } from '../json.ts'
import { day, oneOf, optional, otherwise, truth, uuid, whole } from '../kinds.ts'
import { type Page, reading } from '../page.ts'

const page = {
  limit: otherwise(whole('Rows of a page.', { least: 1, most: 2000 }), 500),
  offset: otherwise(whole('Rows to skip.', { least: 0, most: 10_000_000 }), 0),
}

const SESSION = { session: uuid('Key of the session.') }
const FIELD_OF_VIEW = { field: uuid('Key of the field of view.') }
const INSERTION = { insertion: uuid('Key of the insertion.') }
const LARGEST_REGION = 2_147_483_647

/** One for each database that this process serves. */
const totals = new WeakMap<Database, RememberedTotals>()
function totalsOf(database: Database): RememberedTotals {
  const known = totals.get(database) ?? new RememberedTotals(database)
  totals.set(database, known)
  return known
}

/** Sessions, what was recorded in them, where probes went, and how much data there is. */
export const sessionPages: readonly Page[] = [
  {
    url: '/sessions/:session',
    tag: 'sessions',
    operations: {
      GET: reading({
        summary: 'One session: people, protocol, QC, water, notes, insertions, fields of view, tasks.',
        answer: 'What is known of it; `totals` of its datasets.',
        path: SESSION,
        async run({ call, path: { session } }) {
          const found = await sessionOverview(call.database, session)
          if (!found) throw new Refused('missing', `There is no ${Session.label} with the key ${session}.`)
          return { ...found, notes: withAddresses(found.notes, call) }
        },
      }),
    },
  },
  {
    url: '/sessions/:session/datasets',
    tag: 'sessions',
    operations: {
      GET: reading({
        summary: 'Datasets of a session with all their copies.',
        answer:
          '`results` by collection and name; `copies` with repository, path and address; `more` when there are more.',
        path: SESSION,
        query: page,
        async run({ call: { database }, path: { session }, query }) {
          const rows = await datasetsOfSession(database, session, query)
          return { results: rows.slice(0, query.limit), more: rows.length > query.limit }
        },
      }),
    },
  },
  {
    url: '/sessions/:session/day',
    tag: 'sessions',
    operations: {
      GET: reading({
        summary: 'What else happened to the animal on the day of a session, in order.',
        answer: '`day`; `events` as in the timeline of the animal.',
        path: SESSION,
        async run({ call: { database }, path: { session } }) {
          const found = await dayOfSession(database, session)
          if (!found) throw new Refused('missing', `There is no ${Session.label} with the key ${session}.`)
          return found
        },
      }),
    },
  },
  {
    url: '/insertions/:insertion',
    tag: 'anatomy',
    operations: {
      GET: reading({
        summary: 'One probe insertion with its trajectories and the channels of one of them.',
        answer: '`trajectories`, the most believed first; `channels` from the tip, with regions and their colours.',
        path: INSERTION,
        query: {
          provenance: optional(
            oneOf(
              'Channels of this trajectory; of the most believed that has any when absent.',
              PROVENANCES.map(([value]) => value),
            ),
          ),
        },
        async run({ call, path: { insertion }, query: { provenance } }) {
          const { database } = call
          const [found, channels] = await Promise.all([
            insertionOverview(database, insertion),
            channelsOfInsertion(database, insertion, provenance),
          ])
          if (!found) throw new Refused('missing', `There is no ${ProbeInsertion.label} with the key ${insertion}.`)
          return { ...found, notes: withAddresses(found.notes, call), channels }
        },
      }),
    },
  },
  {
    url: '/fields-of-view/:field',
    tag: 'anatomy',
    operations: {
      GET: reading({
        summary: 'One field of view with its places in the brain.',
        answer: '`locations`, the one to believe first, with their regions and colours; `slices` of the same stack.',
        path: FIELD_OF_VIEW,
        async run({ call, path: { field } }) {
          const found = await fieldOfViewOverview(call.database, field)
          if (!found) throw new Refused('missing', `There is no ${FOV.label} with the key ${field}.`)
          return { ...found, notes: withAddresses(found.notes, call) }
        },
      }),
    },
  },
  {
    url: '/regions/tree',
    tag: 'anatomy',
    operations: {
      GET: reading({
        summary: 'All brain regions, with how many channels and fields of view lie in them.',
        answer: '`results` in the order of the atlas; what lies inside a region comes right after it.',
        run: async ({ call: { database } }) => ({ results: await regionTree(database) }),
      }),
    },
  },
  {
    url: '/regions',
    tag: 'anatomy',
    operations: {
      GET: reading({
        summary: 'Brain regions inside one, with how many channels and fields of view lie in them.',
        description: 'Ask for the inner ones of each region as it is opened. Two statements.',
        answer: '`results` in the order of the atlas; `inner` when there are regions inside.',
        query: {
          parent: optional(
            whole('Number of the region; the outermost when absent.', { least: -LARGEST_REGION, most: LARGEST_REGION }),
          ),
        },
        run: async ({ call: { database }, query: { parent } }) => ({ results: await regionsInside(database, parent) }),
      }),
    },
  },
  {
    url: '/data/totals',
    tag: 'data',
    operations: {
      GET: reading({
        summary: 'How much data there is: by lab, project, type, repository and month.',
        description:
          'Worked out at most every ten minutes and remembered: `as_of` says when. `fresh=true` waits for new sums, which ' +
          'takes seconds for a million files.',
        answer: 'Sums of datasets and bytes; `missing` ones without a copy that everybody reaches.',
        query: { fresh: otherwise(truth('Work the sums out now.'), false) },
        run: ({ services, query: { fresh } }) => totalsOf(services.database).get(fresh),
      }),
    },
  },
  {
    url: '/data/completeness',
    tag: 'data',
    operations: {
      GET: reading({
        summary: 'How complete the data of sessions are, week by week.',
        description: 'Weeks begin on Monday; those without a session are told, too.',
        answer:
          '`results` in order: `week`, `sessions` that began in it, and how many of them are `with_datasets`, `with_tasks`, ' +
          'have all `tasks_complete`, have their `qc_set`.',
        query: {
          until: optional(day('Any day of the last week; today when absent.')),
          weeks: otherwise(whole('Number of weeks.', { least: 1, most: 260 }), 26),
          lab: optional(uuid('Sessions of this lab.')),
          project: optional(uuid('Sessions of this project.')),
        },
        run: async ({ call: { database, moment }, query }) => ({
          results: await completenessByWeek(database, { ...query, until: query.until ?? moment.today }),
        }),
      }),
    },
  },
  {
    url: '/data/missing',
    tag: 'data',
    operations: {
      GET: reading({
        summary: 'Datasets without an existing copy in any repository that is not personal, the latest first.',
        answer: '`results` with the copies that are known; `more` when there are more.',
        query: { lab: optional(uuid('Datasets of sessions of this lab.')), ...page },
        async run({ call: { database }, query }) {
          const rows = await missingDatasets(database, query)
          return { results: rows.slice(0, query.limit), more: rows.length > query.limit }
        },
      }),
    },
  },
]
