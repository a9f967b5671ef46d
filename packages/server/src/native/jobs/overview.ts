/** The queue from above: what pages and dashboards show of it. */
import {
  STATUS_NAMES,
  sessionsWithTasks,
  statusNumber,
  stepsOfSession,
  taskMatrix,
  taskStatistics,
} from '../../jobs/index.ts'
import { oneOf, optional, otherwise, text, truth, uuid, whole } from '../kinds.ts'
import { type Page, reading } from '../page.ts'
import { problems } from '../problem.ts'
import { JOBS } from './fields.ts'

const NAME = { most: 255, least: 1 }
const GRAPH = optional(text('Name of a graph.', NAME))
const LAB = optional(text('Name of a laboratory.', NAME))
const PROJECT = optional(text('Name of a project: only tasks of its sessions.', NAME))
const MOST_SESSIONS = 200
const LONGEST_DAYS = 3660
const CHANGED = optional(whole('Only tasks that changed in so many days.', { least: 1, most: LONGEST_DAYS }))

export const overviewPages: readonly Page[] = [
  {
    url: '/jobs/statistics',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'What waits and runs, and how attempts went',
        description:
          'Durations, waits and failures of each step and version among the attempts that ended lately. `now` is about all tasks, whatever graph and lab were asked for.',
        answer: '`now`, `owners` with what waits and runs for whom, `steps` with the most frequent first.',
        query: {
          days: otherwise(whole('How far back.', { least: 1, most: LONGEST_DAYS }), 30),
          graph: GRAPH,
          lab: LAB,
        },
        run: ({ call: { database }, query }) => taskStatistics(database, query),
      }),
    },
  },
  {
    url: '/jobs/matrix',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'How far every laboratory is with every graph',
        answer:
          '`results`: for each laboratory and graph the numbers of tasks by status, and when the last one changed.',
        query: { project: PROJECT, days: CHANGED },
        run: async ({ call: { database }, query }) => ({ results: await taskMatrix(database, query) }),
      }),
    },
  },
  {
    url: '/jobs/sessions',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Sessions that have tasks, with how far each step is',
        answer:
          '`results`: sessions, the newest first; `columns`: steps of these; `next`: what to send as `after`, or null.',
        query: {
          graph: GRAPH,
          lab: LAB,
          project: PROJECT,
          days: CHANGED,
          status: optional(oneOf('Only sessions with such a task.', STATUS_NAMES)),
          critical: otherwise(truth('Sessions of critical quality too.'), false),
          after: optional(uuid('The last session of the page before.')),
          limit: otherwise(whole('Sessions of a page.', { least: 1, most: MOST_SESSIONS }), 50),
        },
        run: ({ call: { database }, query }) => {
          const { status, ...rest } = query
          return sessionsWithTasks(database, {
            ...rest,
            status: status === undefined ? undefined : statusNumber(status),
          })
        },
      }),
    },
  },
  {
    url: '/jobs/sessions/:session',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Every step that could be or was run on a session',
        description:
          'Steps that workers described and tasks that are there, by pipeline, with requirements, the newest task of each and whether a machine could run it now: `free`, `busy` or `none`.',
        answer: '`pipelines`, each with its `steps`.',
        path: { session: uuid('Key of the session.') },
        run: async ({ call: { database }, path }) => {
          const pipelines = await stepsOfSession(database, path.session)
          if (!pipelines) throw problems.noSuchRow('session', path.session)
          return { session: path.session, pipelines }
        },
      }),
    },
  },
]
