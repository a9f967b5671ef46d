/** The queue from above, for those who look after it: which laboratory is how far, what fails, how long things take. */
export { taskMatrix } from './matrix.ts'
export { sessionsWithTasks } from './session-list.ts'
export { stepsOfSession } from './session-steps.ts'
export { taskStatistics } from './statistics.ts'
