import {
  ProcedureType,
  Subject,
  Surgery,
  VirusInjection,
  WaterAdministration,
  WaterRestriction,
  WaterType,
  Weighing,
} from '@alyx/models'
import { addDays, at, clock, daysBetween } from './calendar.ts'
import type { Animal } from './colony.ts'
import type { Experiment } from './experiments.ts'
import { type Random, rounded } from './random.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

/** Alyx's rule: millilitres per gram of body weight and day, without implant; more when the animal is too light. */
const [ML_PER_GRAM, ML_PER_GRAM_TOO_LIGHT] = [0.04, 0.05]
/** Fraction of body weight lost under restriction, and how many days the larger part of the loss takes. */
const [LOSS, LOSS_DEVIATION, LOSS_DAYS] = [0.1, 0.015, 2.5]
/** One animal does badly, so that the warnings have something to warn of. */
const [BAD_LOSS, BAD_EXPERIMENT] = [0.19, 13]
const RECOVERY_DAYS = 3

/** Surgeries, weighings, restriction and water of the fifteen animals. */
export function addWelfare(stage: Stage, experiments: readonly Experiment[], sessions: readonly DemoSession[]): void {
  const random = stage.random('welfare')
  for (const [nth, experiment] of experiments.entries()) {
    const own = sessions.filter((session) => session.experiment === experiment)
    new Care(stage, experiment, random, nth === BAD_EXPERIMENT ? BAD_LOSS : random.normal(LOSS, LOSS_DEVIATION)).add(
      own,
    )
  }
}

class Care {
  readonly #stage: Stage
  readonly #experiment: Experiment
  readonly #random: Random
  readonly #loss: number
  /** Its size compared with the average animal of its age. */
  readonly #build: number
  readonly #implant: number

  constructor(stage: Stage, experiment: Experiment, random: Random, loss: number) {
    this.#stage = stage
    this.#experiment = experiment
    this.#random = random
    this.#loss = loss
    this.#build = random.normal(1, 0.04)
    this.#implant = rounded(
      experiment.sessions.some(({ kind }) => kind === 'imaging') ? 1.9 : random.between(1.1, 1.5),
      2,
    )
  }

  add(sessions: readonly DemoSession[]): void {
    const { animal, surgery, restrictionStart, restrictionEnd } = this.#experiment
    addSurgeries(this.#stage, this.#experiment, this.#implant, this.#random)
    for (let day = 0; day <= RECOVERY_DAYS; day++) this.#weigh(addDays(surgery, day), day)
    const reference = this.#weigh(restrictionStart, 0)
    this.#restrict(reference)
    const last = restrictionEnd ?? addDays(this.#stage.today, -1)
    this.#water(restrictionStart, reference, reference, sessions)
    for (let day = addDays(restrictionStart, 1); day <= last; day = addDays(day, 1)) {
      const weight = this.#weigh(day, 0, reference)
      if (day !== restrictionEnd) this.#water(day, weight, reference, sessions)
    }
    this.#stage.rows.change(Subject, animal.id, {
      protocol_number: restrictionEnd ? '2' : '3',
      actual_severity: animal.death ? 3 : null,
    })
  }

  /** Weight that day, implant included. @param reference weight at the start of the restriction, when restricted */
  #weigh(day: string, daysAfterSurgery: number, reference?: number): number {
    const { animal, user, restrictionStart, surgery } = this.#experiment
    const implant = day > surgery ? this.#implant : 0
    const free = averageWeight(animal, day) * this.#build * (1 - (daysAfterSurgery > 0 ? 0.05 / daysAfterSurgery : 0))
    const restricted = daysBetween(restrictionStart, day)
    const remaining = 1 - this.#loss * (1 - Math.exp(-restricted / LOSS_DAYS))
    const body = reference === undefined ? free : (reference - implant) * remaining
    const weight = rounded(body * this.#random.normal(1, 0.006) + implant, 1)
    this.#stage.rows.add(Weighing, {
      subject_id: animal.id,
      user_id: user,
      date_time: at(day, animal.line.lab.opens + this.#random.integer(5, 30)),
      weight,
    })
    return weight
  }

  #restrict(reference: number): void {
    const { animal, user, restrictionStart, restrictionEnd } = this.#experiment
    const { rows, catalogue } = this.#stage
    const { lab } = animal.line
    const id = rows.add(WaterRestriction, {
      subject_id: animal.id,
      lab_id: lab.id,
      location_id: lab.locations.vivarium,
      start_time: at(restrictionStart, lab.opens + 45),
      end_time: restrictionEnd ? at(restrictionEnd, lab.opens + 60) : null,
      reference_weight: reference,
      water_type_id: catalogue.key(WaterType, 'Water 10% Sucrose'),
      narrative: 'Water restriction for behavioural training.',
    })
    rows.link(WaterRestriction, 'users', id, [user])
    rows.link(WaterRestriction, 'procedures', id, [catalogue.key(ProcedureType, 'Water restriction')])
  }

  /** Reward of the day's session, and in the evening what is missing to the day's water. */
  #water(day: string, weight: number, reference: number, sessions: readonly DemoSession[]): void {
    const { animal, user } = this.#experiment
    const { rows, catalogue } = this.#stage
    const { lab } = animal.line
    const threshold = (lab.referencePct + lab.zscorePct) * (reference - this.#implant)
    const body = weight - this.#implant
    const expected = body * (body < threshold * 1.02 ? ML_PER_GRAM_TOO_LIGHT : ML_PER_GRAM)
    const session = sessions.find((one) => one.day === day)
    if (session) {
      rows.add(WaterAdministration, {
        subject_id: animal.id,
        user_id: user,
        session_id: session.id,
        date_time: session.end,
        water_administered: session.rewardMl,
        water_type_id: catalogue.key(WaterType, 'Water 10% Sucrose'),
      })
    }
    const missing = Math.ceil((expected - (session?.rewardMl ?? 0)) * 100) / 100
    if (missing <= 0) return
    rows.add(WaterAdministration, {
      subject_id: animal.id,
      user_id: user,
      date_time: at(day, lab.opens + 8.5 * 60 + this.#random.integer(0, 40)),
      water_administered: rounded(missing, 2),
      water_type_id: catalogue.key(WaterType, this.#random.chance(0.3) ? 'Hydrogel' : 'Water'),
    })
  }
}

/** Grams of an average animal of its age: growth slows towards the weight of an adult. */
function averageWeight({ sex, birth }: Animal, day: string): number {
  const [adult, gain] = sex === 'M' ? [31.8, 16.1] : [23.6, 9.5]
  const weeks = daysBetween(birth, day) / 7
  return adult - gain * Math.exp(-(weeks - 4) / 6)
}

function addSurgeries(stage: Stage, experiment: Experiment, implant: number, random: Random): void {
  const { sessions, surgery, perfused, animal, user } = experiment
  const { lab } = animal.line
  const operate = (day: string, procedures: readonly string[], narrative: string, rest: object = {}) => {
    const start = at(day, lab.opens + 60 + random.integer(0, 30))
    const id = stage.rows.add(Surgery, {
      subject_id: animal.id,
      lab_id: lab.id,
      location_id: lab.locations.surgery,
      start_time: start,
      end_time: at(day, lab.opens + 150 + random.integer(0, 40)),
      outcome_type: 'r',
      implant_weight: implant,
      narrative,
      ...rest,
    })
    stage.rows.link(Surgery, 'users', id, [user])
    stage.rows.link(
      Surgery,
      'procedures',
      id,
      procedures.map((name) => stage.catalogue.key(ProcedureType, name)),
    )
  }
  const kinds = new Set(sessions.map(({ kind }) => kind))
  const window = kinds.has('imaging') ? ['Coverslip implant'] : []
  operate(
    surgery,
    ['Headplate implant', ...window],
    'Isoflurane 1.5 %, carprofen. Headplate cemented; woke within ten minutes.',
  )
  const firstEphys = sessions.find(({ kind }) => kind === 'ephys')
  if (firstEphys) {
    const narrative = 'Two craniotomies, 1 mm each, covered with silicone. Dura left intact.'
    operate(addDays(firstEphys.day, -1), ['Craniotomy'], narrative, {
      start_time: at(addDays(firstEphys.day, -1), lab.opens + 7 * 60),
      end_time: at(addDays(firstEphys.day, -1), lab.opens + 8 * 60),
      json: { craniotomy_00: [-2243, -2000], craniotomy_01: [-1500, 2000] },
    })
  }
  if (perfused) {
    operate(
      perfused,
      ['Perfusion', 'Histology'],
      'Perfused with 4 % paraformaldehyde; brain to the light-sheet microscope.',
      {
        outcome_type: 'n',
      },
    )
  }
  if (!firstEphys && random.chance(0.25)) addInjection(stage, experiment)
}

function addInjection(stage: Stage, { animal, user, surgery }: Experiment): void {
  const { lab } = animal.line
  const id = stage.rows.add(VirusInjection, {
    subject_id: animal.id,
    lab_id: lab.id,
    location_id: lab.locations.surgery,
    start_time: at(surgery, lab.opens + 80),
    end_time: at(surgery, lab.opens + 110),
    virus_batch: 'AAV1-syn-FLEX-jGCaMP8m, 1e12 vg/mL',
    injection_volume: 120,
    rate_of_injection: 30,
    injection_type: 'P',
    narrative: 'Left visual cortex, 300 µm below the surface.',
  })
  stage.rows.link(VirusInjection, 'users', id, [user])
  stage.rows.link(VirusInjection, 'procedures', id, [stage.catalogue.key(ProcedureType, 'Virus injection')])
}

/** Animals being prepared: headplate in the last weeks, no restriction yet. */
export function addPreparations(stage: Stage, animals: readonly Animal[], user: string): void {
  const random = stage.random('preparations')
  for (const [nth, animal] of animals.entries()) {
    const { lab } = animal.line
    const day = addDays(stage.today, -4 - 3 * nth)
    const id = stage.rows.add(Surgery, {
      subject_id: animal.id,
      lab_id: lab.id,
      location_id: lab.locations.surgery,
      start_time: at(day, lab.opens + clock('1:00')),
      end_time: at(day, lab.opens + clock('2:10')),
      outcome_type: 'r',
      implant_weight: rounded(random.between(1.1, 1.4), 2),
      narrative: 'Headplate cemented; recovery in a heated cage.',
    })
    stage.rows.link(Surgery, 'users', id, [user])
    stage.rows.link(Surgery, 'procedures', id, [stage.catalogue.key(ProcedureType, 'Headplate implant')])
    stage.rows.change(Subject, animal.id, { protocol_number: '2' })
  }
}
