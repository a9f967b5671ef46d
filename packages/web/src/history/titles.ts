/** Rows that a history mentions, by what they are called now. */
import type { HistoryEntry, ModelDescription } from '@alyx/client'
import { useQueries } from '@tanstack/react-query'
import { choicesQuery, useModels } from '../server/queries.ts'
import { differencesOf } from './differences.ts'

/** The most that are asked for at once. */
const MOST_CHOICES = 100

/** Keys of the rows that entries mention, by their models. */
export function mentioned(
  entries: readonly HistoryEntry[],
  description: ModelDescription,
): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>()
  for (const { facts, before, after } of entries.flatMap((entry) => differencesOf(entry, description))) {
    if (facts?.to === undefined) continue
    const ofModel = keys.get(facts.to) ?? new Set()
    for (const key of [before, after]) if (key !== null && key !== '') ofModel.add(String(key))
    keys.set(facts.to, ofModel)
  }
  return keys
}

/** Titles by key, as they arrive; rows that are gone, or that nobody may see, have none. */
export function useTitles(
  entries: readonly HistoryEntry[],
  description: ModelDescription,
): ReadonlyMap<string, string> {
  const known = new Set(useModels().map(({ key }) => key))
  const asked = [...mentioned(entries, description)].filter(([model, keys]) => known.has(model) && keys.size > 0)
  const found = useQueries({
    queries: asked.map(([model, keys]) =>
      choicesQuery(model, { id__in: [...keys].slice(0, MOST_CHOICES).join(','), limit: String(MOST_CHOICES) }),
    ),
  })
  return new Map(found.flatMap(({ data }) => (data ?? []).map(({ id, title }) => [String(id), title] as const)))
}
