import { Task } from '@alyx/models'
import { addDays, at, clock, daysBetween, later } from './calendar.ts'
import { PROBES } from './datasets.ts'
import { type Random, rounded } from './random.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

const STATUS = {
  waiting: 20,
  held: 25,
  started: 30,
  errored: 40,
  abandoned: 45,
  empty: 50,
  incomplete: 55,
  complete: 60,
}
type Status = keyof typeof STATUS

/** One step of a pipeline. */
interface Step {
  readonly name: string
  readonly executable: string
  readonly after: readonly string[]
  readonly minutes: number
  readonly priority: number
  readonly gpu?: true
  readonly probe?: string
}

const step = (
  name: string,
  executable: string,
  after: readonly string[],
  minutes: number,
  priority: number,
  rest: Partial<Step> = {},
): Step => ({
  name,
  executable: `ibllib.pipes.${executable}`,
  after,
  minutes,
  priority,
  ...rest,
})

const BEHAVIOUR: readonly Step[] = [
  step('TrialRegisterRaw', 'behavior_tasks.TrialRegisterRaw', [], 0.3, 100),
  step('Trials', 'behavior_tasks.ChoiceWorldTrialsBpod', ['TrialRegisterRaw'], 1.2, 90),
  step('TrainingStatus', 'behavior_tasks.TrainingStatus', ['Trials'], 0.4, 90),
]
const VIDEO: readonly Step[] = [
  step('VideoCompress', 'video_tasks.VideoCompress', [], 18, 40),
  step('DLC', 'video_tasks.DLC', ['VideoCompress'], 95, 20, { gpu: true }),
  step('PostDLC', 'video_tasks.EphysPostDLC', ['DLC', 'Trials'], 4, 10),
]
const probeSteps = (probe: string): readonly Step[] => [
  step(`RawEphysQC_${probe}`, 'ephys_tasks.RawEphysQC', ['EphysRegisterRaw'], 11, 60, { probe }),
  step(`SpikeSorting_${probe}`, 'ephys_tasks.SpikeSorting', ['EphysPulses'], 210, 30, { probe, gpu: true }),
  step(`EphysCellsQc_${probe}`, 'ephys_tasks.EphysCellsQc', [`SpikeSorting_${probe}`], 6, 10, { probe }),
]
const EPHYS: readonly Step[] = [
  step('EphysRegisterRaw', 'ephys_tasks.EphysRegisterRaw', [], 2, 100),
  step('EphysPulses', 'ephys_tasks.EphysPulses', ['EphysRegisterRaw'], 3, 80),
  ...PROBES.flatMap(probeSteps),
]
const IMAGING: readonly Step[] = [
  step('MesoscopeRegisterSnapshots', 'mesoscope_tasks.MesoscopeRegisterSnapshots', [], 1, 100),
  step('MesoscopeSync', 'mesoscope_tasks.MesoscopeSync', ['MesoscopeRegisterSnapshots'], 2.5, 80),
  step('MesoscopePreprocess', 'mesoscope_tasks.MesoscopePreprocess', ['MesoscopeSync'], 160, 40),
  step('MesoscopeFOV', 'mesoscope_tasks.MesoscopeFOV', ['MesoscopePreprocess'], 2, 10),
]
const PIPELINES: Readonly<Record<DemoSession['kind'], readonly Step[]>> = {
  training: BEHAVIOUR,
  ephys: [...EPHYS, ...BEHAVIOUR, ...VIDEO],
  imaging: [...IMAGING, ...BEHAVIOUR, ...VIDEO],
}

/** What became of single steps of older sessions. */
const MISHAPS: Readonly<Record<string, Status>> = {
  DLC: 'incomplete',
  TrainingStatus: 'empty',
  SpikeSorting_probe01: 'errored',
  MesoscopeFOV: 'abandoned',
}
/** Pipelines of the last days are still at work: how many steps are done. */
const LIVELY_DAYS = 1

/** A pipeline per session: steps wait for each other, most are done, some went wrong, yesterday's are at work. */
export function addTasks(stage: Stage, sessions: readonly DemoSession[]): void {
  const random = stage.random('tasks')
  const mishaps = new Map(Object.entries(MISHAPS))
  // The newest first, so that a mishap belongs to a session that somebody still cares for.
  for (const session of sessions.toSorted((a, b) => b.start.localeCompare(a.start))) {
    const age = daysBetween(session.day, stage.today)
    const steps = PIPELINES[session.kind]
    const done = age > LIVELY_DAYS ? steps.length : random.integer(1, steps.length - 1)
    new Pipeline(stage, session, random).add(steps, done, age > LIVELY_DAYS ? mishaps : new Map())
  }
}

class Pipeline {
  readonly #stage: Stage
  readonly #session: DemoSession
  readonly #random: Random
  readonly #added = new Map<string, { id: string; status: Status; level: number }>()
  #clock: string

  constructor(stage: Stage, session: DemoSession, random: Random) {
    this.#stage = stage
    this.#session = session
    this.#random = random
    this.#clock = later(session.end, 10)
  }

  /** Long pipelines of yesterday would run past midnight. */
  #notToday(moment: string): string {
    const limit = at(addDays(this.#stage.today, -1), clock('23:45'))
    return moment < limit ? moment : limit
  }

  add(steps: readonly Step[], done: number, mishaps: Map<string, Status>): void {
    for (const [nth, one] of steps.entries()) {
      const status = this.#status(one, nth, done, mishaps)
      this.#addTask(one, status)
    }
  }

  #status({ name, after }: Step, nth: number, done: number, mishaps: Map<string, Status>): Status {
    const before = after.map((parent) => this.#added.get(parent)?.status)
    if (before.some((status) => status === 'errored' || status === 'abandoned' || status === 'held')) return 'held'
    if (before.some((status) => status === 'waiting' || status === 'started')) return 'waiting'
    if (nth > done) return 'waiting'
    if (nth === done) return 'started'
    const mishap = mishaps.get(name)
    mishaps.delete(name)
    return mishap ?? 'complete'
  }

  #addTask({ name, executable, after, minutes, priority, gpu, probe }: Step, status: Status): void {
    const { kind, lab, id: session } = this.#session
    const seconds = rounded(minutes * 60 * this.#random.between(0.7, 1.4), 2)
    const ended = !['waiting', 'held', 'started'].includes(status)
    if (ended) this.#clock = this.#notToday(later(this.#clock, seconds / 60))
    const parents = after.flatMap((parent) => this.#added.get(parent) ?? [])
    const level = Math.max(-1, ...parents.map((parent) => parent.level)) + 1
    const id = this.#stage.rows.add(Task, {
      name,
      session_id: session,
      executable,
      graph: `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Pipeline`,
      priority,
      level,
      gpu: gpu ? 1 : 0,
      cpu: gpu ? 4 : 1,
      io_charge: 5,
      ram: gpu ? 16 : 4,
      time_out_secs: 7200,
      time_elapsed_secs: ended ? seconds : null,
      status: STATUS[status],
      version: status === 'waiting' || status === 'held' ? null : '2.39.1',
      log: logOf(name, status, this.#clock, seconds),
      arguments: probe ? { pname: probe } : {},
      datetime: this.#clock,
      data_repository_id: lab.localRepository.id,
    })
    this.#stage.rows.link(
      Task,
      'parents',
      id,
      parents.map((parent) => parent.id),
    )
    this.#added.set(name, { id, status, level })
  }
}

function logOf(name: string, status: Status, moment: string, seconds: number): string | null {
  if (status === 'waiting' || status === 'held') return null
  const line = (when: string, text: string) => `${when.replace('T', ' ')} ${text}`
  const ended = status !== 'started'
  const begun = line(ended ? later(moment, -seconds / 60) : moment, `INFO     tasks.py:124  Starting job ${name}`)
  if (!ended) return begun
  const found: Record<Exclude<Status, 'waiting' | 'held' | 'started'>, string> = {
    complete: 'INFO     tasks.py:162  Outputs registered',
    empty: 'INFO     tasks.py:158  Nothing to do: no outputs',
    incomplete: 'WARNING  tasks.py:171  2 of 3 videos have been processed, rightCamera is missing',
    abandoned: 'WARNING  tasks.py:180  Given up: the reference image of this animal was never taken',
    errored: [
      'ERROR    tasks.py:151  Traceback (most recent call last):',
      '  File "spike_sorting.py", line 212, in run_sorter',
      'RuntimeError: CUDA error: out of memory',
    ].join('\n'),
  }
  const last = `INFO     tasks.py:190  Ran ${rounded(seconds, 0)} s, status ${status}`
  return [begun, line(moment, found[status]), line(moment, last)].join('\n')
}
