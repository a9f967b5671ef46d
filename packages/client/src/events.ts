import type { ChangeEvent } from './answers.ts'
import { queryOf } from './client.ts'

export interface Listener {
  changed(change: ChangeEvent): void
  /** More happened than can be told: read again what is shown. */
  reset(): void
}

/**
 * Hears of changes of some models until the answer is called. Browsers come back by themselves after an interruption
 * and are told what they missed.
 */
export function listen(models: readonly string[], listener: Listener): () => void {
  const source = new EventSource(`/api/v1/events${queryOf({ model: models.join(',') })}`)
  source.addEventListener('change', (event) =>
    listener.changed(JSON.parse((event as MessageEvent).data as string) as ChangeEvent),
  )
  source.addEventListener('reset', () => listener.reset())
  return () => source.close()
}
