/** Of which failures somebody wants to hear. Whoever asked for a task hears of it anyway. */
import { addFailureRule, failureRules, removeFailureRule } from '../../jobs/index.ts'
import { ifAny, type Kind, note, text, uuid } from '../kinds.ts'
import { acting, type Page, reading, removing } from '../page.ts'
import { JOBS, name, present } from './fields.ts'

const LONGEST_URL = 2000
const WORDS = text('Address that is called for each failure, instead of a message to you.', { most: LONGEST_URL })
const HOOK: Kind<string> = {
  ...WORDS,
  read(given, at, faults) {
    const url = WORDS.read(given, at, faults)
    const parsed = URL.parse(url)
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
      note(faults, at, 'Expected an address that begins with https:// or http://, without a password in it.')
    return url
  },
}

export const failureRulePages: readonly Page[] = [
  {
    url: '/jobs/failure-rules',
    ...JOBS,
    operations: {
      GET: reading({
        summary: 'Of which failed tasks you want to hear',
        answer:
          '`results`: your rules; what is null does not restrict. Of those with a `url`, how many calls are `waiting`, when one was last taken, and the last error.',
        run: async ({ call: { database, account } }) => ({ results: await failureRules(database, account) }),
      }),
      POST: acting({
        summary: 'Hear of tasks that fail for good',
        description:
          'By mail and among your messages, at most once an hour, and again when they were overcome. With a `url`, that is called instead, for each failure, until it answers with success.',
        answer:
          '`id`: the key of the rule; `secret`, shown this once, with which calls of its `url` are signed, else null.',
        status: 201,
        body: {
          lab: ifAny(name('Name of a laboratory.')),
          project: ifAny(name('Name of a project.')),
          graph: ifAny(name('Name of a pipeline.')),
          step: ifAny(name('Beginning of the name of a task.')),
          url: ifAny(HOOK),
        },
        run: ({ call: { database, account }, body }) => addFailureRule(database, account, present(body)),
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
