/** Tasks: steps of processing that machines beside the server run. */
export { cleanUpTasks } from './clean-up.ts'
export * from './queue/index.ts'
export { taskRules } from './rules.ts'
export { statusName } from './task-status.ts'
