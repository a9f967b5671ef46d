/** Holding back tasks of everybody for a while. */
import { endPause, listPauses, PAUSE_SCOPES, pauseTasks } from '../../jobs/index.ts'
import type { NativeCall } from '../gate.ts'
import { ifAny, moment, oneOf, text, uuid } from '../kinds.ts'
import { acting, type Page, reading, removing } from '../page.ts'
import { Problem, problems } from '../problem.ts'
import { JOBS, name, present } from './fields.ts'

/** Those who run the laboratory's machines. */
function requireOperator({ account }: NativeCall): void {
  if (!account.isStaff && !account.isSuperuser) throw problems.forbidden('Only staff may hold back tasks of everybody.')
}

export const pausePages: readonly Page[] = [
  {
    url: '/jobs/pauses',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'What is held back now',
        answer: '`results`: pauses, the oldest first.',
        run: async ({ call: { database } }) => ({ results: await listPauses(database) }),
      }),
      POST: acting({
        summary: 'Have no more tasks of a kind begun',
        description: 'What runs goes on. For staff.',
        answer: '`id`: the key of the pause.',
        status: 201,
        body: {
          scope: oneOf('What kind of tasks.', PAUSE_SCOPES),
          value: ifAny(name('Which graph, program, laboratory or repository; none for all tasks.')),
          reason: ifAny(text('Why, for others.', { most: 1000 })),
          until: ifAny(moment('When it ends by itself.')),
        },
        async run({ call, body }) {
          requireOperator(call)
          if ((body.scope === 'all') !== (body.value === undefined)) {
            const sentence = 'Every scope but "all" needs a value, and "all" has none.'
            throw new Problem(400, 'invalid', sentence, { fields: { value: [sentence] } })
          }
          const { scope, ...rest } = body
          return { id: await pauseTasks(call.database, call.account, { scope, ...present(rest) }) }
        },
      }),
    },
  },
  {
    url: '/jobs/pauses/:key',
    ...JOBS,
    operations: {
      DELETE: removing({
        summary: 'Go on',
        answer: 'Nothing (204).',
        path: { key: uuid('Key of the pause.') },
        async run({ call, path }) {
          requireOperator(call)
          await endPause(call.database, path.key)
        },
      }),
    },
  },
]
