/** What people want to know of tasks. */
import { jobView, needsAttention, statusName } from '../../jobs/index.ts'
import { uuid } from '../kinds.ts'
import { type Page, reading } from '../page.ts'
import { problems } from '../problem.ts'
import { JOBS } from './fields.ts'
import { bytesOfLogFile } from './kept-log.ts'

const named = <T extends { readonly status: number }>(one: T) => ({ ...one, status: statusName(one.status) })

export const taskPages: readonly Page[] = [
  {
    url: '/jobs/tasks/:key',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'What the queue knows of a task',
        answer:
          'Its state, whether it is `ready`, what it is `blocked_by`, its `parents`, its `children` and its `attempts`, the newest first.',
        path: { key: uuid('Key of the task.') },
        async run({ call: { database }, services: { mounts }, path }) {
          const view = await jobView(database, path.key)
          if (!view) throw problems.noSuchRow('task', path.key)
          const { blocked_by, parents, children } = view
          const [last, ...before] = view.attempts
          const attempts =
            last?.log_bytes === 0
              ? [{ ...last, log_bytes: await bytesOfLogFile(database, mounts, last.id) }, ...before]
              : view.attempts
          return {
            ...named(view),
            attempts,
            blocked_by: blocked_by.map(named),
            parents: parents.map(named),
            children: children.map(named),
          }
        },
      }),
    },
  },
  {
    url: '/jobs/attention',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Tasks that failed for good',
        answer: '`results`: those that failed alike together, by step and kind of failure, the most frequent first.',
        run: async ({ call: { database } }) => ({ results: await needsAttention(database) }),
      }),
    },
  },
]
