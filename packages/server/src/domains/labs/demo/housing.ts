import { CageType, Enrichment, Food, Housing, HousingSubject, Subject } from '@alyx/models'
import { at, clock } from './calendar.ts'
import type { Animal, Colony } from './colony.ts'
import type { Experiment } from './experiments.ts'
import type { DemoLab } from './people.ts'
import type { Stage } from './stage.ts'

const CAGE_SIZE = 5
const MOVING = clock('10:30')

/** Breeding cages, cages of weaned brothers or sisters, and single cages from surgery on; each stay with its dates. */
export function addHousing(stage: Stage, { animals, pairs }: Colony, experiments: readonly Experiment[]): void {
  const vivarium = new Vivarium(stage)
  const single = new Map(experiments.map(({ animal, surgery }) => [animal, surgery]))
  for (const pair of pairs) {
    const cage = vivarium.cage(pair.line.lab, 'B')
    for (const parent of pair.parents) vivarium.stay(parent, cage, pair.start, parent.death)
    for (const pup of animals.filter((animal) => animal.pair === pair && animal.litter !== undefined)) {
      vivarium.stay(pup, cage, pup.birth, pup.wean)
    }
  }
  const weaned = animals.filter(({ wean, litter }) => wean && litter !== undefined)
  for (const siblings of Map.groupBy(weaned, ({ litter, sex }) => `${litter} ${sex}`).values()) {
    for (let first = 0; first < siblings.length; first += CAGE_SIZE) {
      const group = siblings.slice(first, first + CAGE_SIZE)
      const cage = vivarium.cage((group[0] as Animal).line.lab, 'W')
      for (const animal of group) vivarium.stay(animal, cage, animal.wean as string, single.get(animal) ?? animal.death)
    }
  }
  for (const [animal, surgery] of single) {
    vivarium.stay(animal, vivarium.cage(animal.line.lab, 'S'), surgery, animal.death)
  }
}

interface Cage {
  readonly id: string
  readonly name: string
}

class Vivarium {
  readonly #stage: Stage
  readonly #numbers = new Map<string, number>()

  constructor(stage: Stage) {
    this.#stage = stage
  }

  cage(lab: DemoLab, kind: 'B' | 'W' | 'S'): Cage {
    const { rows, catalogue } = this.#stage
    const prefix = `${lab.name.charAt(0).toUpperCase()}${kind}`
    const number = (this.#numbers.get(prefix) ?? 100) + 1
    this.#numbers.set(prefix, number)
    const name = `${prefix}-${number}`
    const id = rows.add(Housing, {
      cage_name: name,
      cage_type_id: catalogue.key(CageType, 'IVC'),
      enrichment_id: catalogue.key(Enrichment, kind === 'S' ? 'Wheel' : kind === 'B' ? 'Nesting' : 'Cardboard tunnel'),
      food_id: catalogue.key(Food, kind === 'B' ? 'Envigo 2919' : 'Envigo 2914'),
      cage_cleaning_frequency_days: kind === 'B' ? 7 : 14,
      light_cycle: lab.name === 'harbourlab' ? 1 : 0,
    })
    return { id, name }
  }

  /** @param until day of leaving; absent: still there */
  stay(animal: Animal, cage: Cage, from: string, until: string | undefined): void {
    const { rows } = this.#stage
    rows.add(HousingSubject, {
      subject_id: animal.id,
      housing_id: cage.id,
      start_datetime: at(from, MOVING),
      end_datetime: until ? at(until, MOVING) : null,
    })
    rows.change(Subject, animal.id, { cage: cage.name })
  }
}
