/** Paths of fields that lead through other models, as columns and filters name them. */
import type { FieldFacts, ModelDescription } from '@alyx/client'
import { useQueries } from '@tanstack/react-query'
import { describeQuery, useModels } from '../server/queries.ts'

export interface NamedPath {
  readonly path: string
  readonly facts: FieldFacts | undefined
  /** `Litter · Breeding pair` */
  readonly label: string
}

type Describe = (model: string) => ModelDescription | undefined

/** Follows a path over the descriptions that are known; the rest of a path that leads further is its own name. */
function follow(start: ModelDescription, path: string, describe: Describe): NamedPath {
  const labels: string[] = []
  let at: ModelDescription | undefined = start
  let facts: FieldFacts | undefined
  for (const word of path.split('.')) {
    facts = [...(at?.fields ?? []), ...(at?.questions ?? [])].find(({ name }) => name === word)
    const back: { readonly model: string } | undefined = facts
      ? undefined
      : at?.related.find(({ name }) => name === word)
    labels.push(facts?.label ?? word.replaceAll('_', ' '))
    const next: string | undefined = facts?.to ?? back?.model
    at = next === undefined ? undefined : describe(next)
  }
  return { path, facts, label: labels.join(' · ') }
}

const modelsAlong = (start: ModelDescription, path: string): readonly string[] => {
  const [first = '', ...rest] = path.split('.')
  if (rest.length === 0) return []
  const to =
    start.fields.find(({ name }) => name === first)?.to ?? start.related.find(({ name }) => name === first)?.model
  return to === undefined ? [] : [to]
}

/** Descriptions of the models that paths lead to, as they arrive. */
export function usePaths(start: ModelDescription, paths: readonly string[]): readonly NamedPath[] {
  const known = new Set(useModels().map(({ key }) => key))
  const wanted = [...new Set(paths.flatMap((path) => modelsAlong(start, path)))].filter((model) => known.has(model))
  const found = useQueries({ queries: wanted.map((model) => describeQuery(model)) })
  const byKey = new Map(found.flatMap(({ data }) => (data ? [[data.key, data] as const] : [])))
  return paths.map((path) => follow(start, path, (model) => byKey.get(model)))
}

/** A filter's parameter as its parts: `~birth_date__gte` compares `birth_date` by `gte`, the other way round. */
export function readFilterName(
  name: string,
  lookups: ReadonlySet<string>,
): {
  readonly negated: boolean
  readonly path: string
  readonly lookup: string
} {
  const negated = name.startsWith('~')
  const words = name.slice(negated ? 1 : 0).split('__')
  const rest: string[] = []
  while (words.length > 1 && lookups.has(words.at(-1)!)) rest.unshift(words.pop()!)
  return { negated, path: words.join('.'), lookup: rest.join('__') }
}

/** Endings of parameters that compare; everything else in a parameter is a field. */
export const LOOKUPS: ReadonlySet<string> = new Set(
  'isnull exact iexact icontains contains istartswith startswith iendswith endswith gte lte gt lt in range date year month day regex iregex'.split(
    ' ',
  ),
)
