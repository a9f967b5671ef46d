import { listen } from '@alyx/client'
import { useCallback, useEffect } from 'react'
import { forgetRows, queryClient, useMe } from './queries.ts'

/** Changes come in bursts: a rig registers a hundred files in a second. */
const GATHER_MS = 600

/** Hears which of some models changed, gathered. One connection, however many models: browsers have few of them. */
function useChanges(asked: string, act: (models: readonly string[]) => void): void {
  // Changes are not told to public accounts.
  const told = !useMe().is_public_user
  useEffect(() => {
    if (!told) return
    let waiting: ReturnType<typeof setTimeout> | undefined
    const changed = new Set<string>()
    const soon = (then: () => void) => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        then()
      }, GATHER_MS)
    }
    const all = asked.split(',')
    const stop = listen(all, {
      changed({ model }) {
        // A row that extends another is told under the other's name: then whatever is shown may be meant.
        for (const one of all.includes(model) ? [model] : all) changed.add(one)
        soon(() => {
          act([...changed])
          changed.clear()
        })
      },
      reset: () => soon(() => void queryClient.invalidateQueries()),
    })
    return () => {
      clearTimeout(waiting)
      stop()
    }
  }, [asked, act, told])
}

const forgetAll = (models: readonly string[]) => {
  for (const model of models) forgetRows(model)
}

/** Keeps what is on screen of some models true while others write. */
export function useLive(...models: readonly string[]): void {
  useChanges([...new Set(models)].sort().join(','), forgetAll)
}

/**
 * Keeps answers true that are made from rows of several models: those whose keys begin with `queries`.
 *
 * @param models   keys of models, separated by commas
 * @param queries  `animal`, or `animal <key>`
 */
export function useLiveAnswers(models: string, queries: string): void {
  const act = useCallback(() => void queryClient.invalidateQueries({ queryKey: queries.split(' ') }), [queries])
  useChanges(models, act)
}
