import { listen } from '@alyx/client'
import { useEffect } from 'react'
import { forgetRows, queryClient } from './queries.ts'

/** Changes come in bursts: a rig registers a hundred files in a second. */
const GATHER_MS = 600

/** Keeps what is on screen of a model true while others write. */
export function useLive(model: string): void {
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const soon = (act: () => void) => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        act()
      }, GATHER_MS)
    }
    const stop = listen([model], {
      changed: () => soon(() => forgetRows(model)),
      reset: () => soon(() => void queryClient.invalidateQueries()),
    })
    return () => {
      clearTimeout(waiting)
      stop()
    }
  }, [model])
}
