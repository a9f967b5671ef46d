/** Of which failures somebody wants to hear. Whoever asked for a task hears of it anyway. */
import { addFailureRule, failureRules, removeFailureRule } from '../../jobs/index.ts'
import { ifAny, uuid } from '../kinds.ts'
import { acting, type Page, reading, removing } from '../page.ts'
import { JOBS, name, present } from './fields.ts'

export const failureRulePages: readonly Page[] = [
  {
    url: '/jobs/failure-rules',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Of which failed tasks you want to hear',
        answer: '`results`: your rules; what is null does not restrict.',
        run: async ({ call: { database, account } }) => ({ results: await failureRules(database, account) }),
      }),
      POST: acting({
        summary: 'Hear of tasks that fail for good',
        description: 'By mail and among your messages, at most once an hour, and again when they were overcome.',
        answer: '`id`: the key of the rule.',
        status: 201,
        body: {
          lab: ifAny(name('Name of a laboratory.')),
          project: ifAny(name('Name of a project.')),
          graph: ifAny(name('Name of a pipeline.')),
          step: ifAny(name('Beginning of the name of a task.')),
        },
        run: async ({ call: { database, account }, body }) => ({
          id: await addFailureRule(database, account, present(body)),
        }),
      }),
    },
  },
  {
    url: '/jobs/failure-rules/:key',
    ...JOBS,
    operations: {
      DELETE: removing({
        summary: 'Hear no more of them',
        answer: 'Nothing (204).',
        path: { key: uuid('Key of the rule.') },
        run: ({ call: { database, account }, path }) => removeFailureRule(database, account, path.key),
      }),
    },
  },
]
