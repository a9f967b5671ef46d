/** Tasks: steps of processing that machines beside the server run. */
export { cleanUpTasks } from './clean-up.ts'
export { taskRules } from './rules.ts'
