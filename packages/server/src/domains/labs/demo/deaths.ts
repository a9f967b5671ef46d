import { Cull, CullMethod, CullReason, Subject } from '@alyx/models'
import { addDays } from './calendar.ts'
import { type Animal, type Colony, carriesAll } from './colony.ts'
import type { Experiment } from './experiments.ts'
import type { People } from './people.ts'
import type { Stage } from './stage.ts'

/** Days after genotyping at which animals that nobody can use are culled. */
const SURPLUS_DAYS: readonly [number, number] = [38, 60]
/** Breeders are culled so many days after their pair was ended. */
const BREEDERS_DAYS = 3

/** Who died when and why; `death` is written on the animals. */
export function addDeaths(stage: Stage, people: People, colony: Colony, experiments: readonly Experiment[]): void {
  const random = stage.random('deaths')
  const busy = new Set(experiments.map(({ animal }) => animal))
  const cull = (animal: Animal, day: string, user: string, reason: string, method: string, description: string) => {
    animal.death = day
    stage.rows.change(Subject, animal.id, { death_date: day, reduced_date: addDays(day, 2), to_be_culled: false })
    stage.rows.add(Cull, {
      subject_id: animal.id,
      user_id: user,
      date: day,
      cull_reason_id: stage.catalogue.key(CullReason, reason),
      cull_method_id: stage.catalogue.key(CullMethod, method),
      description,
    })
  }
  const manager = people.users['tomas.reis']
  for (const animal of colony.animals.filter((one) => !busy.has(one))) {
    if (animal.litter === undefined) {
      const day = animal.pair.end && addDays(animal.pair.end, BREEDERS_DAYS)
      if (day && day < stage.today) cull(animal, day, manager, 'time limit reached', 'CO2', 'Breeding pair ended.')
      continue
    }
    const day = addDays(animal.birth, random.integer(...SURPLUS_DAYS))
    if (carriesAll(animal)) {
      if (random.chance(0.06)) cullIfPast(day, 'infection or illness', 'Found ill at the morning check.')
    } else cullIfPast(day, 'benign experimental impediments', 'Does not carry what the line is bred for.')

    function cullIfPast(when: string, reason: string, description: string): void {
      if (when < stage.today) cull(animal, when, manager, reason, 'Cervical Dislocation', description)
      else if (animal.wean) stage.rows.change(Subject, animal.id, { to_be_culled: true })
    }
  }
  for (const { animal, perfused, user } of experiments) {
    if (perfused) cull(animal, perfused, user, 'regular experiment end', 'Overdose', 'Perfused for histology.')
  }
}
