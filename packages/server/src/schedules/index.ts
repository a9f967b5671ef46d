/**
 * What Alyx does by itself at certain times: kept in `alyx.schedule`, each run in `alyx.schedule_run`.
 *
 * Words: a schedule is *due* when its next time has come or somebody wants it now; a *run* is one command line of `alyx`
 * in a process of its own; a run is *alive* for as long as its server says so, and *lost* afterwards.
 */

export { claimRun } from './claims.ts'
export { type ScheduleChange, ScheduleRefused } from './judged.ts'
export { nextTime } from './next-time.ts'
export { ScheduleRunner, type Told } from './runner.ts'
export {
  addDefaultSchedules,
  changeSchedule,
  listSchedules,
  removeSchedule,
  runsOf,
  type Schedule,
  wantRun,
} from './store.ts'
