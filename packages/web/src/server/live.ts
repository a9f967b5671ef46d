import { listen } from '@alyx/client'
import { useEffect } from 'react'
import { forgetRows, queryClient } from './queries.ts'

/** Changes come in bursts: a rig registers a hundred files in a second. */
const GATHER_MS = 600

/** Keeps what is on screen of some models true while others write. One connection, however many models. */
export function useLive(...models: readonly string[]): void {
  const asked = [...new Set(models)].sort().join(',')
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const changed = new Set<string>()
    const soon = (act: () => void) => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        act()
      }, GATHER_MS)
    }
    const all = asked.split(',')
    const stop = listen(all, {
      changed({ model }) {
        // A row that extends another is told under the other's name: then whatever is shown may be meant.
        for (const one of all.includes(model) ? [model] : all) changed.add(one)
        soon(() => {
          for (const one of changed) forgetRows(one)
          changed.clear()
        })
      },
      reset: () => soon(() => void queryClient.invalidateQueries()),
    })
    return () => {
      clearTimeout(waiting)
      stop()
    }
  }, [asked])
}
