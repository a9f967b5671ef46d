import { BreedingPair, GenotypeTest, Line, Litter, Source, Subject, Zygosity } from '@alyx/models'
import { addDays } from './calendar.ts'
import { type DemoLine, species } from './genetics.ts'
import type { People } from './people.ts'
import type { Random } from './random.ts'
import type { Stage } from './stage.ts'

/** An animal of the demo; what happens to it later is written here as it happens. */
export interface Animal {
  readonly id: string
  readonly nickname: string
  readonly sex: 'M' | 'F'
  readonly line: DemoLine
  readonly birth: string
  /** Place in LITTERS; absent: bought. */
  readonly litter?: number
  readonly pair: Pair
  /** Copies of each allele of its line, in the line's order. */
  readonly copies: readonly number[]
  readonly wean?: string
  death?: string
  responsible: string
}

export interface Pair {
  readonly id: string
  readonly line: DemoLine
  readonly start: string
  readonly end: string | undefined
  readonly parents: Animal[]
}

export interface Colony {
  readonly animals: readonly Animal[]
  readonly pairs: readonly Pair[]
}

const WEANING_DAYS = 21
const GENOTYPING_DAYS = 27
const GESTATION_DAYS = 20

/** Breeding pairs: line, mothers, and whether they still breed. */
const PAIRS = [
  { line: 'Pv', mothers: 2, breeds: false },
  { line: 'Ai32', mothers: 1, breeds: false },
  { line: 'Sst', mothers: 1, breeds: false },
  { line: 'Vip', mothers: 2, breeds: false },
  { line: 'Ai148', mothers: 1, breeds: true },
  { line: 'Ai148.Vg', mothers: 1, breeds: true },
  { line: 'Pv', mothers: 2, breeds: true },
  { line: 'Ai148.Vg', mothers: 1, breeds: true },
] as const

/** Litters over a year: days before today, and pups. The nth is of pair n modulo 8. Parents and pups are 120 animals. */
const LITTERS = [
  [330, 7],
  [312, 6],
  [290, 7],
  [271, 6],
  [252, 6],
  [236, 7],
  [215, 6],
  [197, 6],
  [178, 7],
  [160, 6],
  [141, 6],
  [122, 7],
  [103, 6],
  [84, 6],
  [24, 6],
  [9, 6],
] as const

/** Breeding pairs, their litters, and every animal with its genotype. */
export function addColony(stage: Stage, people: People, lines: ReadonlyMap<string, DemoLine>): Colony {
  const breeding = new Breeding(stage, people)
  const pairs = PAIRS.map((plan, at) => breeding.pair(plan, lines.get(plan.line) as DemoLine, at))
  for (const [at, [daysAgo, pups]] of LITTERS.entries())
    breeding.litter(at, daysAgo, pups, pairs[at % PAIRS.length] as Pair)
  breeding.saveCounters()
  return { animals: breeding.animals, pairs }
}

class Breeding {
  readonly animals: Animal[] = []
  readonly #stage: Stage
  readonly #people: People
  readonly #random: Random
  /** Last numbers used for names, by line: animals, pairs, litters. */
  readonly #counters = new Map<DemoLine, [number, number, number]>()

  constructor(stage: Stage, people: People) {
    this.#stage = stage
    this.#people = people
    this.#random = stage.random('colony')
  }

  #next(line: DemoLine, which: 0 | 1 | 2, digits: number): string {
    const counters = this.#counters.get(line) ?? [0, 0, 0]
    this.#counters.set(line, counters)
    return String(++counters[which]).padStart(digits, '0')
  }

  saveCounters(): void {
    for (const [line, [subjects, pairs, litters]] of this.#counters) {
      this.#stage.rows.change(Line, line.id, {
        subject_autoname_index: subjects,
        breeding_pair_autoname_index: pairs,
        litter_autoname_index: litters,
      })
    }
  }

  pair({ mothers, breeds }: (typeof PAIRS)[number], line: DemoLine, at: number): Pair {
    const { rows, today } = this.#stage
    const first = LITTERS[at]?.[0] ?? 0
    const last = LITTERS[at + PAIRS.length]?.[0] ?? 0
    const start = addDays(today, -first - GESTATION_DAYS - this.#random.integer(2, 6))
    const end = breeds ? undefined : addDays(today, -last + WEANING_DAYS + 2)
    const id = rows.add(BreedingPair, {
      name: `${line.nickname}_BP_${this.#next(line, 1, 3)}`,
      line_id: line.id,
      start_date: start,
      end_date: end ?? null,
    })
    const pair: Pair = { id, line, start, end, parents: [] }
    for (const sex of ['M', ...Array<'F'>(mothers).fill('F')] as const) pair.parents.push(this.#founder(pair, sex))
    const [father, mother1, mother2] = pair.parents
    rows.change(BreedingPair, id, {
      father_id: father?.id ?? null,
      mother1_id: mother1?.id ?? null,
      mother2_id: mother2?.id ?? null,
    })
    return pair
  }

  /** A parent: bought, nine to twelve weeks old when it is paired. Fathers carry the first allele, mothers the last. */
  #founder(pair: Pair, sex: 'M' | 'F'): Animal {
    const { line } = pair
    const double = line.alleles.length > 1
    const copies = line.alleles.map((_, at) =>
      double ? Number(at === (sex === 'M' ? 0 : 1)) : sex === 'M' ? 1 : this.#random.integer(0, 1),
    )
    return this.#animal({
      sex,
      pair,
      birth: addDays(pair.start, -this.#random.integer(63, 84)),
      copies,
      values: { source_id: this.#stage.catalogue.key(Source, 'Jax'), description: 'Bought for breeding.' },
    })
  }

  litter(at: number, daysAgo: number, pups: number, pair: Pair): void {
    const { rows, today } = this.#stage
    const { line } = pair
    const birth = addDays(today, -daysAgo)
    const id = rows.add(Litter, {
      name: `${line.nickname}_L_${this.#next(line, 2, 3)}`,
      line_id: line.id,
      breeding_pair_id: pair.id,
      birth_date: birth,
      description: `${pups} pups.`,
    })
    const [father, mother] = pair.parents
    for (let pup = 0; pup < pups; pup++) {
      const copies = line.alleles.map((_, allele) => this.#inherited(father, allele) + this.#inherited(mother, allele))
      this.#animal({
        sex: this.#random.chance(0.5) ? 'M' : 'F',
        pair,
        birth,
        copies,
        litter: at,
        values: { litter_id: id },
      })
    }
  }

  /** Mendel: each parent hands on one of its two chromosomes. */
  #inherited(parent: Animal | undefined, allele: number): number {
    return Number(this.#random.chance((parent?.copies[allele] ?? 0) / 2))
  }

  #animal(given: {
    sex: 'M' | 'F'
    pair: Pair
    birth: string
    copies: readonly number[]
    litter?: number
    values: object
  }): Animal {
    const { rows, today } = this.#stage
    const { sex, pair, birth, copies, litter, values } = given
    const { line } = pair
    const weaning = addDays(birth, WEANING_DAYS)
    const wean = weaning < today ? weaning : undefined
    const tested = addDays(birth, GENOTYPING_DAYS + this.#random.integer(0, 3))
    const genotyped = tested < today
    // Until somebody needs it, an animal is the stock manager's.
    const responsible = this.#people.users['tomas.reis']
    const nickname = `${line.nickname}_${this.#next(line, 0, 4)}`
    const id = rows.add(Subject, {
      nickname,
      sex,
      birth_date: birth,
      wean_date: wean ?? null,
      genotype_date: genotyped ? tested : null,
      to_be_genotyped: wean !== undefined && !genotyped,
      ear_mark: wean ? this.#random.pick(['TL', 'TR', 'TLTR', 'BL', 'BR', 'BLBR']) : '',
      line_id: line.id,
      strain_id: line.strain,
      species_id: species(this.#stage),
      lab_id: line.lab.id,
      responsible_user_id: responsible,
      source_id: this.#stage.catalogue.key(Source, 'Jax'),
      ...values,
    })
    if (genotyped) this.#genotype(id, line, copies)
    const animal: Animal = {
      id,
      nickname,
      sex,
      line,
      birth,
      pair,
      copies,
      responsible,
      ...(litter !== undefined && { litter }),
      ...(wean && { wean }),
    }
    this.animals.push(animal)
    return animal
  }

  /** What the tests found, and what the line's rules read from it. */
  #genotype(subject: string, line: DemoLine, copies: readonly number[]): void {
    const { rows } = this.#stage
    for (const [at, { id, transgene, wildType }] of line.alleles.entries()) {
      const count = copies[at] ?? 0
      rows.add(GenotypeTest, { subject_id: subject, sequence_id: transgene, test_result: Number(count > 0) })
      if (wildType)
        rows.add(GenotypeTest, { subject_id: subject, sequence_id: wildType, test_result: Number(count < 2) })
      rows.add(Zygosity, { subject_id: subject, allele_id: id, zygosity: count })
    }
  }
}

/** Whether an animal has what its line is bred for. */
export const carriesAll = ({ copies }: Animal): boolean => copies.every((count) => count > 0)
