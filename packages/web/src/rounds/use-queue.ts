import { type EntriesAnswer, type RoundEntry, recordEntries } from '@alyx/client'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { client } from '../server/client.ts'
import { useMe } from '../server/queries.ts'
import { kept } from './kept.ts'
import { confirmed, forgettable, type Queued, sendWaiting, undecided, waitingOf } from './queue.ts'
import { applyAnimals } from './round-data.ts'

const LOCK = 'alyx-round-queue'
/** After a failure the next attempt waits, longer each time. */
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

let entries: readonly Queued[] = []
const listeners = new Set<() => void>()
/** Pages of one browser share the queue. */
const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('alyx-round')

/** @param animals  where the server says that they stand now, with what is not waiting any more */
async function reread({
  tell = true,
  animals = {},
}: {
  readonly tell?: boolean
  readonly animals?: EntriesAnswer['animals']
} = {}): Promise<void> {
  entries = await kept.all()
  applyAnimals(animals)
  for (const listener of listeners) listener()
  if (tell) channel?.postMessage('changed')
}
if (channel) channel.onmessage = () => void reread({ tell: false })

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Sends in one page of the browser at a time. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request(LOCK, work) as Promise<T>) : work()

export interface RoundQueue {
  readonly entries: readonly Queued[]
  readonly waiting: number
  readonly undecided: readonly Queued[]
  /** Entries of somebody else who used this browser: only they can send them. */
  readonly foreign: number
  /** Why nothing could be sent lately; undefined when it could. */
  readonly trouble: string | undefined
  add(made: readonly { readonly entry: RoundEntry; readonly title: string }[]): Promise<void>
  confirm(queued: Queued): Promise<void>
  drop(ids: readonly string[]): Promise<void>
  /** Takes entries back: those that wait are forgotten, those that were recorded are removed. */
  takeBack(ids: readonly string[]): Promise<void>
  send(): void
}

/** The queue of this browser, which sends itself as soon as it can. */
export function useQueue(): RoundQueue {
  const user = useMe().id
  const all = useSyncExternalStore(subscribe, () => entries)
  const [trouble, setTrouble] = useState<string>()
  const [nudge, setNudge] = useState(0)
  const send = useCallback(() => setNudge((count) => count + 1), [])
  const waiting = waitingOf(all, user).length

  useEffect(() => {
    void reread({ tell: false }).then(async () => {
      const old = forgettable(entries, Date.now())
      if (old.length > 0) await kept.remove(old).then(() => reread())
    })
  }, [])
  useEffect(() => {
    const back = () => send()
    window.addEventListener('online', back)
    document.addEventListener('visibilitychange', back)
    return () => {
      window.removeEventListener('online', back)
      document.removeEventListener('visibilitychange', back)
    }
  }, [send])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a nudge means now
  useEffect(() => {
    if (waiting === 0) return
    let over = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const attempt = async (pause: number) => {
      try {
        const animals = await alone(() => sendWaiting(kept, user, (sent) => recordEntries(client.connection, sent)))
        await reread({ animals })
        if (!over) setTrouble(undefined)
      } catch (error) {
        if (!over) setTrouble(error instanceof Error ? error.message : String(error))
        if (!over) timer = setTimeout(() => void attempt(Math.min(pause * 2, LONGEST_PAUSE_MS)), pause)
        await reread()
      }
    }
    void attempt(FIRST_PAUSE_MS)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [waiting > 0, nudge, user])

  return {
    entries: all,
    waiting,
    undecided: undecided(all),
    foreign: all.filter((one) => one.user !== user && one.state !== 'recorded').length,
    trouble: waiting > 0 ? trouble : undefined,
    async add(made) {
      await kept.put(made.map((one) => ({ ...one, user, state: 'waiting' })))
      await reread()
      send()
    },
    async confirm(queued) {
      await kept.put([confirmed(queued)])
      await reread()
      send()
    },
    async drop(ids) {
      await kept.remove(ids)
      await reread()
    },
    async takeBack(ids) {
      // What is being sent at the moment is waited for.
      await alone(async () => {
        const now = (await kept.all()).filter(({ entry }) => ids.includes(entry.id))
        for (const { entry, state } of now)
          if (state === 'recorded')
            await client.remove(
              entry.kind === 'weighing' ? 'actions.weighing' : 'actions.wateradministration',
              entry.id,
            )
        await kept.remove(ids)
      })
      await reread()
    },
    send,
  }
}
