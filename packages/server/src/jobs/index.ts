/** Tasks: steps of processing that machines beside the server run. */

/** The model, for those who know no model by name. */
export { Task as TASKS } from '@alyx/models'
export * from './celery/index.ts'
export { cleanUpTasks } from './clean-up.ts'
export { logFileOf } from './log-file.ts'
export * from './overview/index.ts'
export * from './queue/index.ts'
export { taskRules } from './rules.ts'
export { STATUS_NAMES, statusName, statusNumber, UNFINISHED } from './task-status.ts'
