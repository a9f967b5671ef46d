/** Tasks as work: for machines that run them and for people who look after them. Under `/api/v1/jobs`. */
import { type Bell, Gathered } from '../../jobs/index.ts'
import type { Page } from '../page.ts'
import { actionPages } from './actions.ts'
import { attemptPages } from './attempts.ts'
import { celeryPages } from './celery.ts'
import { failureRulePages } from './failure-rules.ts'
import { graphPages } from './graphs.ts'
import { logStreamPages } from './log-stream.ts'
import { overviewPages } from './overview.ts'
import { pausePages } from './pauses.ts'
import { taskPages } from './tasks.ts'
import { workerPages } from './workers.ts'

/** Every call about tasks. @param bell  wakes machines that wait for work */
export const jobPages = (bell: Bell, gathered = new Gathered()): readonly Page[] => [
  ...workerPages(bell, gathered),
  ...attemptPages(gathered),
  ...logStreamPages(bell),
  ...graphPages,
  ...actionPages,
  ...taskPages,
  ...pausePages,
  ...failureRulePages,
  ...overviewPages,
  ...celeryPages,
]
