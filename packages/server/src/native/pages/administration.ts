import { forgetUnknownParameters, serverStatus, unknownParameters } from '../../domains/labs/index.ts'
import { brokerView, type QueueReadings, readQueue, statusName, UNFINISHED } from '../../jobs/index.ts'
import { rightsInWords } from '../../rights/index.ts'
import { otherwise, whole } from '../kinds.ts'
import { acting, type Page, reading } from '../page.ts'

/** The queue as an administrator asks for it. */
const queueInWords = ({ tasks, ready, oldestReadySeconds, needAttention, running, workers }: QueueReadings) => ({
  tasks: Object.fromEntries(UNFINISHED.map((status) => [statusName(status).toLowerCase(), tasks.get(status) ?? 0])),
  ready,
  oldest_ready_seconds: oldestReadySeconds,
  need_attention: needAttention,
  running: Object.fromEntries(running),
  workers,
})

/** For who administers the laboratory; accounts, labs and memberships themselves are rows of their models. */
export const administrationPages: readonly Page[] = [
  {
    url: '/rights',
    tag: 'administration',
    policy: 'members',
    operations: {
      GET: reading({
        summary: 'Who may do what, in words.',
        description: 'The rules themselves, model by model, not who in particular may do it.',
        answer:
          '`results`: for each model who may view, create, change and delete, as sentences in `verbs`; `rules` has the same by people.',
        run: async () => ({ results: rightsInWords() }),
      }),
    },
  },
  {
    url: '/administration/status',
    tag: 'administration',
    policy: 'superusers',
    operations: {
      GET: reading({
        summary: 'The state of the server, for superusers.',
        answer:
          'Database, migrations, accounts, members of labs, web sessions, memory and age of the process; `queue` with the numbers of tasks by status, those that are ready and how long the oldest has waited, those that need attention; `broker` with its state and since when.',
        run: async ({ call: { database }, services: { celery } }) => ({
          ...(await serverStatus(database)),
          queue: queueInWords(await readQueue(database)),
          broker: await brokerView(database, celery.configured),
          process: {
            node: process.versions.node,
            up_seconds: Math.round(process.uptime()),
            memory_bytes: process.memoryUsage.rss(),
          },
        }),
      }),
    },
  },
  {
    url: '/administration/unknown-parameters',
    tag: 'administration',
    policy: 'superusers',
    operations: {
      GET: reading({
        summary: 'Parameters that the Alyx contract does not know, and who sends them; for superusers.',
        description:
          'Such a parameter filters nothing: whoever sends it gets more than they think. Counted every two seconds.',
        answer: '`results`, the latest first: address, parameter, what was probably meant, how often, by whom.',
        query: { limit: otherwise(whole('Parameters at most.', { least: 1, most: 1000 }), 200) },
        async run({ call: { database }, services, query: { limit } }) {
          await services.unknownParameters.write()
          return { results: await unknownParameters(database, limit) }
        },
      }),
      DELETE: acting({
        summary: 'Forget what was counted, once the scripts are mended; for superusers.',
        answer: '`forgotten`, how many.',
        body: {},
        run: async ({ call: { database } }) => ({ forgotten: await forgetUnknownParameters(database) }),
      }),
    },
  },
]
