/** What people do to tasks, one or many. */
import { ACTIONS, actOnTasks, STATUS_NAMES, statusNumber, TASKS, tasksLike } from '../../jobs/index.ts'
import { Refused } from '../../records/index.ts'
import { judgeRows } from '../../rights/index.ts'
import { ifAny, list, object, oneOf, truth, uuid } from '../kinds.ts'
import { type Page, recording } from '../page.ts'
import { JOBS, name, present } from './fields.ts'

const MOST_TASKS = 5000

const FILTER = {
  graph: ifAny(name('Name of a graph.')),
  lab: ifAny(name('Name of the laboratory of their sessions.')),
  project: ifAny(name('Name of a project of their sessions.')),
  session: ifAny(uuid('Key of their session.')),
  name: ifAny(name('Name of the step.')),
  executable: ifAny(name('Program that runs them.')),
  status: ifAny(list('Names of statuses.', oneOf('A status.', STATUS_NAMES), { least: 1, most: STATUS_NAMES.length })),
  error_type: ifAny(name('Kind of failure of the last attempt.')),
  attention: ifAny(truth('Only those that need attention.')),
}

export const actionPages: readonly Page[] = [
  {
    url: '/jobs/actions',
    ...JOBS,
    operations: {
      POST: recording({
        summary: 'Cancel, abandon, reset, retry or hold tasks',
        description: [
          '`cancel`: not to be run; one that runs is asked to stop. `abandon`: given up, whatever its state.',
          '`reset`: into the queue again, log and outcome emptied. `retry`: the same for those that ended without success.',
          '`hold`: one that waits and has no parents is not begun until it is reset; others are held back by pauses.',
          'Each task is judged by itself: some may be done and others forbidden.',
        ].join(' '),
        answer:
          '`results`: for each task `done`, `asked to stop`, `nothing to do`, `forbidden` or `missing`; `more` when the filter fits others besides.',
        body: {
          action: oneOf('What to do.', ACTIONS),
          tasks: ifAny(list('Keys of tasks.', uuid('Key of a task.'), { most: MOST_TASKS })),
          filter: ifAny(object(`Instead of keys: all tasks that fit, at most ${MOST_TASKS} of them.`, FILTER)),
        },
        async run({ call: { account }, recorder, body: { action, tasks, filter } }) {
          const wanted = filter && present(filter)
          // An empty filter would mean every task there is.
          if ((tasks === undefined) === (wanted === undefined || Object.keys(wanted).length === 0)) {
            const sentence = 'Say which tasks: either their keys, or a filter that names something.'
            throw new Refused('invalid', sentence, { faults: { tasks: [sentence] } })
          }
          const found = wanted
            ? await tasksLike(recorder.db, { ...wanted, statuses: wanted.status?.map(statusNumber) }, MOST_TASKS)
            : { keys: [...new Set(tasks)], more: false }
          const verdicts = await judgeRows(recorder.db, account, 'change', TASKS, found.keys)
          const allowed = found.keys.filter((key) => verdicts.get(key)?.may)
          const outcomes = await actOnTasks(recorder, account, action, allowed)
          const otherwise = (key: string) => (verdicts.get(key)?.may === false ? 'forbidden' : 'missing')
          return {
            results: found.keys.map((task) => ({ task, outcome: outcomes.get(task) ?? otherwise(task) })),
            more: found.more,
          }
        },
      }),
    },
  },
]
