/** What stands on a card or label, before anybody thinks of its size. */
import type { CageCard, CardAnimal } from '@alyx/client'

export interface CardContents {
  readonly key: string
  readonly title: string
  /** Under the title, the most important first. */
  readonly subtitle: readonly string[]
  /** Columns of what lives there. */
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Caption and value. */
  readonly facts: readonly (readonly [string, string])[]
  /** Address in the code. */
  readonly address: string
}

const LIGHT = ['normal light', 'inverted light']
const said = (parts: readonly (string | null | undefined | false)[]): readonly string[] =>
  parts.filter((part): part is string => typeof part === 'string' && part !== '')
const distinct = (values: readonly (string | null)[]): string => [...new Set(said(values))].join(', ')
const genotypeOf = ({ genotype }: CardAnimal): string => genotype.join('; ')

/** The page that a phone opens: of the housing, of a cage that is only a name, or of the animal. */
export const addressOf = {
  animal: (origin: string, key: string) => `${origin}/admin/subjects/subject/${key}/change/`,
  housing: (origin: string, key: string) => `${origin}/admin/misc/housing/${key}/change/`,
  cage: (origin: string, cage: string) => `${origin}/admin/round/?cage=${encodeURIComponent(cage)}`,
} as const

export function contentsOfAnimal(animal: CardAnimal, card: CageCard, origin: string): CardContents {
  return {
    key: animal.id,
    title: animal.nickname,
    subtitle: said([
      said([animal.sex, animal.birth_date && `* ${animal.birth_date}`]).join('  '),
      animal.ear_mark && `ear ${animal.ear_mark}`,
      genotypeOf(animal) || animal.line,
      card.cage && `cage ${card.cage}`,
      animal.responsible_user,
      `protocol ${animal.protocol_number}`,
    ]),
    head: [],
    rows: [],
    facts: factsOf({ ...card, animals: [animal] }),
    address: addressOf.animal(origin, animal.id),
  }
}

export function contentsOfCage(card: CageCard, origin: string): CardContents {
  const { cage, housing, animals, lab, room } = card
  return {
    key: housing ?? `cage ${cage}`,
    title: cage ?? 'No cage',
    subtitle: said([
      said([lab, room && `room ${room}`]).join(', '),
      said([
        distinct(animals.map(({ line }) => line)),
        distinct(animals.map(({ responsible_user }) => responsible_user)),
      ]).join('  '),
      `${animals.length} ${animals.length === 1 ? 'animal' : 'animals'}`,
    ]),
    head: ['Animal', 'Sex', 'Born', 'Ear', 'Genotype'],
    rows: animals.map((animal) => [
      animal.nickname,
      animal.sex,
      animal.birth_date ?? '',
      animal.ear_mark,
      genotypeOf(animal) || '–',
    ]),
    facts: factsOf(card),
    address: housing ? addressOf.housing(origin, housing) : addressOf.cage(origin, cage ?? ''),
  }
}

function factsOf({ animals, food, enrichment, cage_type, light_cycle, cleaning_days }: CageCard) {
  const facts: readonly (readonly [string, string | null | false])[] = [
    ['Litter', distinct(animals.map(({ litter }) => litter))],
    ['Protocol', distinct(animals.map(({ protocol_number }) => protocol_number))],
    ['Water', animals.some(({ on_restriction }) => on_restriction) && 'restricted'],
    ['Diet', food],
    ['Enrichment', enrichment],
    ['Cage', said([cage_type, light_cycle !== null && LIGHT[light_cycle]]).join(', ')],
    ['Cleaning', cleaning_days !== null && `every ${cleaning_days} days`],
  ]
  return facts.filter((fact): fact is readonly [string, string] => typeof fact[1] === 'string' && fact[1] !== '')
}
