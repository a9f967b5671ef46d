/** What a code or a typed word means: the labels of cages and animals hold addresses of their pages. */
import type { RoundAnimal, RoundCage } from '@alyx/client'

export type Meant =
  | { readonly kind: 'animal'; readonly subject: string }
  | { readonly kind: 'cage'; readonly cage: RoundCage }
  | { readonly kind: 'nothing' }

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi

/** Finds in a round what was scanned or typed: a page's address, a key, the name of an animal or of a cage. */
export function meantBy(text: string, cages: readonly RoundCage[]): Meant {
  const wanted = text.trim()
  if (wanted === '') return { kind: 'nothing' }
  for (const key of (wanted.match(UUID) ?? []).map((one) => one.toLowerCase())) {
    if (cages.some(({ animals }) => animals.some(({ subject }) => subject.id === key)))
      return { kind: 'animal', subject: key }
    const cage = cages.find(({ housing }) => housing === key)
    if (cage) return { kind: 'cage', cage }
  }
  const name = (/[?&]cage=([^&#]+)/.exec(wanted)?.[1] ?? encodeURIComponent(wanted)).replaceAll('+', ' ')
  const called = decoded(name).toLowerCase()
  const animals = cages.flatMap((cage) => cage.animals)
  const animal = animals.find(({ subject }) => subject.title.toLowerCase() === called) ?? only(animals, called)
  if (animal) return { kind: 'animal', subject: animal.subject.id }
  const cage = cages.find((one) => one.cage?.toLowerCase() === called)
  return cage ? { kind: 'cage', cage } : { kind: 'nothing' }
}

/** The one animal whose name has a part. */
function only(animals: readonly RoundAnimal[], part: string): RoundAnimal | undefined {
  const found = animals.filter(({ subject }) => subject.title.toLowerCase().includes(part))
  return found.length === 1 ? found[0] : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
