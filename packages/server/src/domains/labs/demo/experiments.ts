import { Subject } from '@alyx/models'
import { addDays } from './calendar.ts'
import { type Animal, type Colony, carriesAll } from './colony.ts'
import type { People, ProjectName, Username } from './people.ts'
import type { Stage } from './stage.ts'

/** What is done with one water-restricted animal, day by day. */
export interface Experiment {
  readonly animal: Animal
  readonly user: string
  readonly project: ProjectName
  readonly surgery: string
  readonly restrictionStart: string
  /** Absent: still restricted. */
  readonly restrictionEnd?: string
  readonly sessions: readonly PlannedSession[]
  /** Day of perfusion. */
  readonly perfused?: string
}

export interface PlannedSession {
  readonly day: string
  readonly kind: 'training' | 'ephys' | 'imaging'
  /** Session of its kind and animal, from 0. */
  readonly nth: number
}

interface Plan {
  readonly litter: number
  readonly user: Username
  readonly project: ProjectName
  readonly training: number
  readonly ephys?: number
  readonly imaging?: number
  /** Days before today of the last session; the restriction ended the day after when `over`. */
  readonly last: number
  readonly over?: true
  /** Days after the end on which the animal was perfused for histology. */
  readonly perfusedAfter?: number
}

/** Fifteen animals and their 80 sessions: 64 of training, 7 of electrophysiology, 9 of imaging. */
const PLANS: readonly Plan[] = [
  {
    litter: 0,
    user: 'mira.okafor',
    project: 'motor_cortex_dynamics',
    training: 4,
    ephys: 3,
    last: 198,
    over: true,
    perfusedAfter: 3,
  },
  {
    litter: 2,
    user: 'mira.okafor',
    project: 'visual_decisions',
    training: 4,
    ephys: 2,
    last: 165,
    over: true,
    perfusedAfter: 4,
  },
  { litter: 4, user: 'jonas.lindqvist', project: 'visual_decisions', training: 6, last: 125, over: true },
  {
    litter: 5,
    user: 'jonas.lindqvist',
    project: 'cortex_wide_imaging',
    training: 2,
    imaging: 3,
    last: 105,
    over: true,
    perfusedAfter: 40,
  },
  { litter: 6, user: 'mira.okafor', project: 'visual_decisions', training: 4, ephys: 2, last: 1 },
  { litter: 7, user: 'jonas.lindqvist', project: 'cortex_wide_imaging', training: 2, imaging: 3, last: 1 },
  { litter: 13, user: 'luca.ferri', project: 'cortex_wide_imaging', training: 2, imaging: 3, last: 1 },
  { litter: 8, user: 'priya.raman', project: 'visual_decisions', training: 6, last: 1 },
  { litter: 8, user: 'priya.raman', project: 'visual_decisions', training: 6, last: 1 },
  { litter: 9, user: 'sofia.andrade', project: 'motor_cortex_dynamics', training: 5, last: 1 },
  { litter: 9, user: 'sofia.andrade', project: 'motor_cortex_dynamics', training: 5, last: 2 },
  { litter: 10, user: 'priya.raman', project: 'visual_decisions', training: 5, last: 1 },
  { litter: 11, user: 'hana.sato', project: 'visual_decisions', training: 5, last: 1 },
  { litter: 11, user: 'hana.sato', project: 'visual_decisions', training: 4, last: 2 },
  { litter: 12, user: 'luca.ferri', project: 'visual_decisions', training: 4, last: 1 },
]

/** Chooses the animals and lays out their days. */
export function planExperiments(stage: Stage, people: People, colony: Colony): Experiment[] {
  const random = stage.random('experiments')
  const taken = new Set<Animal>()
  return PLANS.map((plan) => {
    const free = colony.animals.filter((animal) => animal.litter === plan.litter && !taken.has(animal))
    const animal = (free.find(carriesAll) ?? free[0]) as Animal
    taken.add(animal)
    const user = people.users[plan.user]
    animal.responsible = user
    stage.rows.change(Subject, animal.id, { responsible_user_id: user })
    stage.rows.link(Subject, 'projects', animal.id, [people.projects[plan.project]])
    const sessions = layOut(stage, plan, random.integer(2, 4))
    const first = sessions[0]?.day ?? stage.today
    const restrictionStart = addDays(first, -random.integer(3, 5))
    const end = addDays(stage.today, -plan.last + 1)
    const perfused = plan.perfusedAfter === undefined ? undefined : addDays(end, plan.perfusedAfter)
    if (perfused) animal.death = perfused
    return {
      animal,
      user,
      project: plan.project,
      surgery: addDays(restrictionStart, -random.integer(9, 14)),
      restrictionStart,
      sessions,
      ...(plan.over && { restrictionEnd: end }),
      ...(perfused && { perfused }),
    }
  })
}

/** One session a day, with a day of rest somewhere: training first, then recordings. */
function layOut(stage: Stage, { training, ephys = 0, imaging = 0, last }: Plan, rest: number): PlannedSession[] {
  const kinds = [
    ...Array<'training'>(training).fill('training'),
    ...Array<'ephys'>(ephys).fill('ephys'),
    ...Array<'imaging'>(imaging).fill('imaging'),
  ]
  return kinds.map((kind, at) => {
    const fromLast = kinds.length - 1 - at
    return {
      kind,
      day: addDays(stage.today, -last - fromLast - Number(fromLast >= rest)),
      nth: at - kinds.indexOf(kind),
    }
  })
}
