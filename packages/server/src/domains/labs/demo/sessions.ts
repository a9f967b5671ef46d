import { ProcedureType, Session } from '@alyx/models'
import { at, later } from './calendar.ts'
import type { Experiment, PlannedSession } from './experiments.ts'
import type { DemoLab, People, Room } from './people.ts'
import { type Random, rounded } from './random.ts'
import type { Stage } from './stage.ts'

/** A session that took place. */
export interface DemoSession {
  readonly id: string
  readonly experiment: Experiment
  readonly lab: DemoLab
  readonly kind: PlannedSession['kind']
  readonly nth: number
  readonly day: string
  readonly start: string
  readonly end: string
  readonly minutes: number
  readonly rewardMl: number
  /** Folder of its files below a repository's root. */
  readonly path: string
}

const ROOMS: Readonly<Record<PlannedSession['kind'], readonly Room[]>> = {
  training: ['training1', 'training2'],
  ephys: ['ephys'],
  imaging: ['imaging'],
}
const PROCEDURES: Readonly<Record<PlannedSession['kind'], readonly string[]>> = {
  training: ['Behavior training/tasks'],
  ephys: ['Behavior training/tasks', 'Ephys recording with acute probe(s)'],
  imaging: ['Behavior training/tasks', 'Imaging'],
}
const PROTOCOLS: Readonly<Record<PlannedSession['kind'], string>> = {
  training: '_iblrig_tasks_trainingChoiceWorld8.24.1',
  ephys: '_iblrig_tasks_ephysChoiceWorld8.24.1',
  imaging: '_iblrig_tasks_advancedChoiceWorld8.24.1',
}
const [NOT_SET, PASS, WARNING, FAIL, CRITICAL] = [0, 10, 30, 40, 50]
/** Minutes from the start of one session on a rig to the next. */
const TURN = 85
const REWARD_ML = 0.0025

/** The 80 sessions: animals take turns on the rigs and get better from day to day. */
export function addSessions(stage: Stage, people: People, experiments: readonly Experiment[]): DemoSession[] {
  const random = stage.random('sessions')
  const turns = new Map<string, number>()
  return experiments.flatMap((experiment, animal) =>
    experiment.sessions.map((planned) => {
      const { lab } = experiment.animal.line
      const rooms = ROOMS[planned.kind]
      const room = rooms[animal % rooms.length] as Room
      const turn = turns.get(`${lab.name} ${room} ${planned.day}`) ?? 0
      turns.set(`${lab.name} ${room} ${planned.day}`, turn + 1)
      return addSession(stage, people, { experiment, planned, lab, room, turn, random })
    }),
  )
}

interface Circumstances {
  readonly experiment: Experiment
  readonly planned: PlannedSession
  readonly lab: DemoLab
  readonly room: Room
  readonly turn: number
  readonly random: Random
}

function addSession(stage: Stage, people: People, given: Circumstances): DemoSession {
  const { experiment, planned, lab, room, turn, random } = given
  const { animal, user, project } = experiment
  const { day, kind, nth } = planned
  const { trials, correct } = performance(planned, random)
  const minutes = rounded(random.between(45, 72), 2)
  const start = at(day, lab.opens + 40 + turn * TURN + random.between(0, 5))
  const end = later(start, minutes)
  const qc = random.pick([PASS, PASS, PASS, PASS, WARNING, NOT_SET, random.pick([NOT_SET, FAIL, CRITICAL])])
  const id = stage.rows.add(Session, {
    subject_id: animal.id,
    lab_id: lab.id,
    location_id: lab.locations[room],
    start_time: start,
    end_time: end,
    number: 1,
    type: 'Experiment',
    task_protocol: PROTOCOLS[kind],
    n_trials: trials,
    n_correct_trials: correct,
    qc,
    extended_qc: qc === NOT_SET ? null : extendedQc(kind, qc, random),
    narrative: narrativeOf(kind, nth, random),
    json: { IS_MOCK: false, IBLRIG_VERSION: '8.24.1', POOP_COUNT: random.integer(0, 9), SESSION_DELAY_START: 0 },
    auto_datetime: later(end, 45),
  })
  stage.rows.link(Session, 'users', id, [user])
  stage.rows.link(
    Session,
    'procedures',
    id,
    PROCEDURES[kind].map((name) => stage.catalogue.key(ProcedureType, name)),
  )
  stage.rows.link(Session, 'projects', id, [people.projects[project]])
  const path = `${animal.nickname}/${day}/001`
  const rewardMl = rounded(correct * REWARD_ML, 3)
  return { id, experiment, lab, kind, nth, day, start, end, minutes, rewardMl, path }
}

/** Trials done and done correctly: chance at first, better each day; an expert when recordings begin. */
function performance({ kind, nth }: PlannedSession, random: Random): { trials: number; correct: number } {
  const skill = kind === 'training' ? 1 - Math.exp(-nth / 2.2) : 1
  const trials = Math.round(190 + 330 * skill + random.normal(0, 40))
  const fraction = Math.min(0.5 + 0.36 * skill + random.normal(0, 0.025), 0.96)
  return { trials, correct: Math.round(trials * fraction) }
}

function extendedQc(kind: PlannedSession['kind'], qc: number, random: Random): object {
  const fraction = () => rounded(random.between(qc > WARNING ? 0.6 : 0.93, 1), 4)
  return {
    task: qc === PASS ? 'PASS' : qc === WARNING ? 'WARNING' : 'FAIL',
    behavior: 1,
    _task_goCue_delays: fraction(),
    _task_stimOn_delays: fraction(),
    _task_wheel_integrity: fraction(),
    _task_reward_volumes: fraction(),
    ...(kind !== 'training' && { videoLeft: 'PASS', dlcLeft: random.pick(['PASS', 'NOT_SET']) }),
  }
}

function narrativeOf(kind: PlannedSession['kind'], nth: number, random: Random): string {
  if (kind === 'ephys') return `Recording ${nth + 1}. Both probes stable after twenty minutes of settling.`
  if (kind === 'imaging') return `Imaging ${nth + 1}. Window clear; little movement along z.`
  if (nth === 0) return 'First day on the rig. Calm; turned the wheel within five minutes.'
  return random.pick([
    '',
    '',
    '',
    'Stopped when it lost interest.',
    'Slight bias to the left.',
    'Grooming in the last ten minutes.',
  ])
}
