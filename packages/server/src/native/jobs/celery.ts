/** Steps that workers of Celery run. Every answer comes from the database; the broker is never waited for. */
import { askForDiscovery, brokerView, launchSteps, listCeleryWorkers, listSteps, TASKS } from '../../jobs/index.ts'
import { mayEver } from '../../rights/index.ts'
import { ifAny, list, objectDocument, otherwise, truth, uuid, whole } from '../kinds.ts'
import { acting, type Page, reading, recording } from '../page.ts'
import { problems } from '../problem.ts'
import { JOBS, KIB, name } from './fields.ts'

const MOST_SESSIONS = 1000

export const celeryPages: readonly Page[] = [
  {
    url: '/jobs/broker',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'How it is with the broker to the workers of Celery',
        answer:
          '`state` (off, connecting, up, down) `since` when and for what `reason`; `queues` with messages and consumers; how many attempts are `unsent`, `queued` and `running`; `workers` with their lamps.',
        run: async ({ call: { database }, services: { celery, services } }) => ({
          ...(await brokerView(database, celery.configured)),
          app: celery.app,
          workers: await listCeleryWorkers(database),
          management_url: services.brokerManagementUrl ?? null,
          flower_url: services.flowerUrl ?? null,
        }),
      }),
    },
  },
  {
    url: '/jobs/pipelines',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Steps that workers of Celery told of',
        answer:
          '`results`: steps by pipeline, pipe and level, with what they take, what they require and who runs them.',
        run: async ({ call: { database }, services: { celery } }) => ({
          app: celery.app,
          results: await listSteps(database, celery.app),
        }),
      }),
    },
  },
  {
    url: '/jobs/pipelines/refresh',
    ...JOBS,
    operations: {
      POST: acting({
        summary: 'Have workers asked again what they can run',
        description: 'Answers at once; what they say is in the list when they have said it.',
        answer: '`asked`: whether there is a broker to ask through.',
        status: 202,
        body: {},
        async run({ call: { database }, services: { celery } }) {
          if (celery.configured) await askForDiscovery(database)
          return { asked: celery.configured }
        },
      }),
    },
  },
  {
    url: '/jobs/pipelines/launch',
    ...JOBS,
    operations: {
      POST: recording({
        summary: 'Have a step run on sessions',
        description:
          'Without a broker, or while it is away, the tasks wait. A task with the same arguments that is under way is not made again; one that has ended is run again.',
        answer: '`results`: for each session and step the `task`, and `what` became of it: made, again or there.',
        status: 201,
        body: {
          sessions: list('Sessions.', uuid('A session.'), { least: 1, most: MOST_SESSIONS }),
          step: name('Complete name of the step: pipeline, pipe and step with points between.'),
          arguments: ifAny(objectDocument('Arguments by name, compared with what the step takes.', 64 * KIB)),
          extra: ifAny(name('Qualifies the result.')),
          as_graph: otherwise(truth('A task of its own for each requirement, to be run side by side.'), false),
          priority: ifAny(whole('Urgency; the highest goes first.', { least: -32_768, most: 32_767 })),
        },
        async run({ call: { account }, services: { celery }, recorder, body }) {
          if (mayEver(account, 'create', TASKS) === 'none') throw problems.forbidden('You may not make tasks.')
          const { as_graph: asGraph, sessions, step, extra, priority } = body
          const given = JSON.parse(body.arguments ?? '{}') as Record<string, unknown>
          const launch = { app: celery.app, sessions: [...new Set(sessions)], step, extra, priority, asGraph }
          return { results: await launchSteps(recorder, account, { ...launch, arguments: given }) }
        },
      }),
    },
  },
]
