/** What people do with the animals of a colony, many at once, and what they look at before. */
import type { Reference } from './answers.ts'
import { type Parameters, queryOf } from './client.ts'
import type { Connection } from './connection.ts'

export type Sex = 'M' | 'F' | 'U'
export type AgeGroup = 'not_weaned' | 'young' | 'grown' | 'old' | 'not_known'

export interface StockOfLine {
  readonly line: Reference
  readonly name: string
  readonly target_phenotype: string
  readonly is_active: boolean
  readonly lab: Reference
  readonly living: number
  readonly in_stock: number
  readonly breeding: number
  readonly to_be_genotyped: number
  readonly to_be_culled: number
  /** Null when no animal of the line lives. */
  readonly by_sex: Readonly<Record<Sex, number>> | null
  readonly by_age: Readonly<Record<AgeGroup, number>> | null
  readonly by_genotype: Readonly<Record<string, number>>
  readonly pairs: number
  readonly last_litter: string | null
}

export interface ColonyAnimal {
  readonly subject: Reference
  readonly sex: Sex
  readonly birth_date: string | null
  readonly age_days: number | null
  readonly ear_mark: string
  readonly cage: string | null
  readonly genotype: string
  readonly in_stock: boolean
  readonly breeding: boolean
  readonly to_be_genotyped: boolean
  readonly to_be_culled: boolean
  readonly wean_date: string | null
  readonly actual_severity: number | null
  readonly protocol_number: string
  readonly responsible_user: string | null
  readonly lab: string
  readonly line: Reference | null
  readonly litter: Reference | null
  readonly housing: Reference | null
  /** Key of the request that the animal fulfils. */
  readonly request: string | null
  readonly on_restriction: boolean
}

export interface Parent extends Reference {
  readonly sex: string
  readonly cage: string | null
  readonly birth_date: string | null
  readonly alive: boolean
  readonly role: 'father' | 'mother'
  readonly genotype: string
}

export interface LitterCounts extends Reference {
  readonly birth_date: string | null
  readonly pups: number
  readonly alive: number
  readonly to_wean: number
  readonly to_genotype: number
}

export interface BreedingPairOfColony {
  readonly pair: Reference
  readonly start_date: string | null
  readonly end_date: string | null
  readonly description: string
  readonly line: Reference | null
  readonly parents: readonly Parent[]
  readonly litters: readonly LitterCounts[]
}

export interface Pup extends Reference {
  readonly sex: Sex
  readonly ear_mark: string
  readonly cage: string | null
  readonly wean_date: string | null
  readonly to_be_genotyped: boolean
}

export interface LitterOfColony {
  readonly litter: Reference
  readonly birth_date: string | null
  readonly description: string
  readonly line: Reference | null
  readonly pair: Reference | null
  readonly born: number
  readonly alive: number
  readonly to_wean: number
  readonly to_genotype: number
  /** Those that live. */
  readonly pups: readonly Pup[]
}

export interface AnimalRequest {
  readonly id: string
  readonly user: Reference | null
  readonly line: Reference | null
  readonly count: number | null
  readonly date: string | null
  readonly due_date: string | null
  readonly description: string
  readonly fulfilled: number
  readonly remaining: number
  readonly status: 'Open' | 'Closed'
  readonly in_stock: number
}

export interface GenotypeRow {
  readonly subject: Reference
  readonly sex: string
  readonly ear_mark: string
  readonly birth_date: string | null
  readonly line: Reference | null
  readonly litter: Reference | null
  readonly to_be_genotyped: boolean
  readonly genotype_date: string | null
  /** By sequence. */
  readonly results: Readonly<Record<string, 0 | 1>>
  /** By allele: 0 -/-, 1 +/-, 2 +/+, 3 +. */
  readonly zygosities: Readonly<Record<string, number>>
}

export interface GenotypeGrid {
  readonly sequences: readonly (Reference & { readonly alleles: readonly string[] })[]
  readonly alleles: readonly Reference[]
  readonly rows: readonly GenotypeRow[]
}

export interface GenotypeResult {
  readonly subject: string
  readonly sequence: string
  /** Null takes the test back. */
  readonly result: 0 | 1 | null
}

export interface CardAnimal {
  readonly id: string
  readonly nickname: string
  readonly sex: string
  readonly birth_date: string | null
  readonly ear_mark: string
  readonly protocol_number: string
  readonly line: string | null
  readonly responsible_user: string | null
  readonly litter: string | null
  readonly genotype: readonly string[]
  readonly on_restriction: boolean
}

export interface CageCard {
  readonly cage: string | null
  readonly housing: string | null
  readonly cage_type: string | null
  readonly food: string | null
  readonly enrichment: string | null
  readonly light_cycle: number | null
  readonly cleaning_days: number | null
  readonly room: string | null
  readonly lab: string
  readonly animals: readonly CardAnimal[]
}

/** Every operation can be tried first: then nothing is `written`, and the answer says what would be. */
export interface Tried {
  readonly written: boolean
}
export interface NewPup {
  readonly nickname?: string
  readonly sex?: Sex
  readonly ear_mark?: string
}
export type BySex<T> = Partial<Readonly<Record<Sex, T>>>
export interface Weaning {
  readonly litters: readonly string[]
  readonly date: string
  readonly cages?: BySex<string>
  readonly housings?: BySex<string>
  readonly new_housings?: BySex<string>
}
export interface CullingOfMany {
  readonly subjects: readonly string[]
  readonly date: string
  readonly reason?: string
  readonly method?: string
  readonly severity?: number
  readonly description?: string
}

interface Results<T> {
  readonly results: readonly T[]
}

const reading =
  <T>(path: string) =>
  async (connection: Connection, parameters: Parameters = {}): Promise<readonly T[]> =>
    (await connection.get<Results<T>>(`/colony/${path}${queryOf(parameters)}`)).results

const recorded = async <T>(connection: Connection, path: string, body: object, tried: boolean): Promise<T & Tried> =>
  (
    await connection.send<T & Tried>(`/colony/${path}`, {
      method: 'POST',
      body: { ...body, ...(tried && { dry_run: true }) },
    })
  ).body

/** Calls of the colony. Those that write take `tried`: say what would happen, and change nothing. */
export const colony = {
  lines: reading<StockOfLine>('lines'),
  animals: reading<ColonyAnimal>('animals'),
  pairs: reading<BreedingPairOfColony>('pairs'),
  litters: reading<LitterOfColony>('litters'),
  requests: reading<AnimalRequest>('requests'),
  cageCards: reading<CageCard>('cage-cards'),
  genotypes: (connection: Connection, parameters: Parameters) =>
    connection.get<GenotypeGrid>(`/colony/genotypes${queryOf(parameters)}`),

  addLitter: (
    connection: Connection,
    litter: { readonly breeding_pair: string; readonly birth_date: string; readonly pups: readonly NewPup[] },
    tried = false,
  ) =>
    recorded<{ readonly litter: Reference; readonly pups: readonly Reference[] }>(connection, 'litters', litter, tried),
  addPups: (connection: Connection, litter: string, pups: readonly NewPup[], tried = false) =>
    recorded<{ readonly pups: readonly Reference[] }>(connection, `litters/${litter}/pups`, { pups }, tried),
  wean: (connection: Connection, weaning: Weaning, tried = false) =>
    recorded<{ readonly pups: readonly Reference[] }>(connection, 'wean', weaning, tried),
  recordGenotypes: (
    connection: Connection,
    given: { readonly date?: string; readonly results: readonly GenotypeResult[] },
    tried = false,
  ) =>
    recorded<{ readonly recorded: number; readonly rows: readonly GenotypeRow[] }>(
      connection,
      'genotypes',
      given,
      tried,
    ),
  fulfil: (connection: Connection, request: string, subjects: readonly string[], tried = false) =>
    recorded<{ readonly subjects: readonly Reference[] }>(
      connection,
      `requests/${request}/fulfil`,
      { subjects },
      tried,
    ),
  cull: (connection: Connection, culling: CullingOfMany, tried = false) =>
    recorded<{ readonly culls: readonly { readonly id: string; readonly subject: string; readonly date: string }[] }>(
      connection,
      'cull',
      culling,
      tried,
    ),
  undoCull: (connection: Connection, culls: readonly string[]) =>
    recorded<{ readonly subjects: readonly string[] }>(connection, 'cull/undo', { culls }, false),
  move: (connection: Connection, housing: string, subjects: readonly string[], tried = false) =>
    recorded<{ readonly stays: readonly string[] }>(connection, `housings/${housing}/move`, { subjects }, tried),
  addHousing: (connection: Connection, cage_name: string, subjects: readonly string[], tried = false) =>
    recorded<{ readonly housing: Reference; readonly stays: readonly string[] }>(
      connection,
      'housings',
      { cage_name, subjects },
      tried,
    ),
} as const
