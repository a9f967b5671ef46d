import { Zygosity } from '@alyx/models'
import type { Key, Recorder } from '../../../records/index.ts'
import { parentsFirst, zygosityFromParents, zygosityFromTests } from './inference.ts'
import { type Animal, type Genotyping, loadGenotyping, type RecordedZygosity } from './load.ts'

/** What zygosities are worked out from. */
export interface Evidence {
  /** What parents say: not asked, only where nothing is recorded, or over what is recorded. Tests always win. */
  readonly parents: 'ignored' | 'fill' | 'overwrite'
  readonly tests: boolean
}

/** What was found out about one allele of one animal. */
export interface Finding {
  readonly subject: Key
  readonly allele: Key
  /** What was recorded; undefined when nothing was. */
  readonly before: number | undefined
  readonly after: number
}

/** Zygosities while they are worked out, by animal and allele. */
class Workings {
  readonly #recorded = new Map<string, RecordedZygosity[]>()
  readonly #current = new Map<Key, Map<Key, number>>()

  constructor(zygosities: readonly RecordedZygosity[]) {
    for (const one of zygosities) {
      const place = placeOf(one.subject_id, one.allele_id)
      this.#recorded.set(place, [...(this.#recorded.get(place) ?? []), one])
      // Of several the first counts, as for Alyx.
      if (this.of(one.subject_id).get(one.allele_id) === undefined)
        this.set(one.subject_id, one.allele_id, one.zygosity)
    }
  }

  of(animal: Key | null): ReadonlyMap<Key, number> {
    return (animal === null ? undefined : this.#current.get(animal)) ?? new Map()
  }

  set(animal: Key, allele: Key, zygosity: number): void {
    const alleles = this.#current.get(animal) ?? new Map<Key, number>()
    this.#current.set(animal, alleles.set(allele, zygosity))
  }

  recorded(animal: Key, allele: Key): readonly RecordedZygosity[] {
    return this.#recorded.get(placeOf(animal, allele)) ?? []
  }
}

const placeOf = (animal: Key, allele: Key) => `${animal} ${allele}`

function askParents({ id, mother, father }: Animal, workings: Workings, overwrite: boolean): Key[] {
  const [maternal, paternal] = [workings.of(mother), workings.of(father)]
  return [...new Set([...maternal.keys(), ...paternal.keys()])].flatMap((allele) => {
    if (!overwrite && workings.of(id).has(allele)) return []
    const zygosity = zygosityFromParents(maternal.get(allele), paternal.get(allele))
    if (zygosity === undefined) return []
    workings.set(id, allele, zygosity)
    return [allele]
  })
}

function askTests({ id, line_id }: Animal, workings: Workings, { rules, results }: Genotyping): Key[] {
  const ofLine = (line_id === null ? undefined : rules.get(line_id)) ?? []
  return [...Map.groupBy(ofLine, ({ allele_id }) => allele_id)].flatMap(([allele, ones]) => {
    const zygosity = zygosityFromTests(ones, results.get(id) ?? new Map())
    if (zygosity === undefined) return []
    workings.set(id, allele, zygosity)
    return [allele]
  })
}

/** What evidence says about animals, parents before their pups. Reads and writes nothing. */
function findings(genotyping: Genotyping, { parents, tests }: Evidence): Finding[] {
  const workings = new Workings(genotyping.zygosities)
  const touched = parentsFirst(genotyping.animals).flatMap((animal) => {
    const alleles = new Set([
      ...(parents === 'ignored' ? [] : askParents(animal, workings, parents === 'overwrite')),
      ...(tests ? askTests(animal, workings, genotyping) : []),
    ])
    return [...alleles].map((allele) => ({ subject: animal.id, allele }))
  })
  return touched.map(({ subject, allele }) => ({
    subject,
    allele,
    before: workings.recorded(subject, allele)[0]?.zygosity,
    after: workings.of(subject).get(allele)!,
  }))
}

/**
 * Works zygosities of animals out and records them: eight statements at most, however many animals. What the evidence
 * does not decide stays as it is.
 *
 * @returns what is recorded now and was not before
 */
export async function settleZygosities(
  recorder: Recorder,
  subjects: readonly Key[],
  evidence: Evidence,
): Promise<Finding[]> {
  if (subjects.length === 0) return []
  const genotyping = await loadGenotyping(recorder.db, subjects)
  const found = findings(genotyping, evidence)
  const recorded = Map.groupBy(genotyping.zygosities, (one) => placeOf(one.subject_id, one.allele_id))
  const fresh = found.filter(({ before }) => before === undefined)
  await recorder.create(
    Zygosity,
    fresh.map(({ subject, allele, after }) => ({ subject_id: subject, allele_id: allele, zygosity: after })),
  )
  // An allele that is recorded twice must not contradict itself.
  const changes = found.flatMap(({ subject, allele, after }) =>
    (recorded.get(placeOf(subject, allele)) ?? [])
      .filter(({ zygosity }) => zygosity !== after)
      .map(({ id }) => ({ key: id, values: { zygosity: after } })),
  )
  await recorder.change(Zygosity, changes)
  return found.filter(({ before, after }) => before !== after)
}
