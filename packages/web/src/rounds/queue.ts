/**
 * Entries of a round on their way to the server. Each is kept until the server says what became of it, whatever happens to
 * the network, the page or the tablet; what it said no to stays until a person has decided.
 */
import { type EntriesAnswer, type EntryOutcome, MOST_ROUND_ENTRIES, type RoundEntry } from '@alyx/client'

export type State = 'waiting' | 'recorded' | 'conflict' | 'refused'

/** An entry as the queue keeps it. */
export interface Queued {
  readonly entry: RoundEntry
  /** Who made it: nobody else's name stands on the record. */
  readonly user: string
  /** What the animal is called. */
  readonly title: string
  readonly state: State
  /** What the server said, where it did not just record it. */
  readonly said?: EntryOutcome
}

/** Where entries are kept, in the order in which they were made. */
export interface Store {
  all(): Promise<readonly Queued[]>
  put(entries: readonly Queued[]): Promise<void>
  remove(ids: readonly string[]): Promise<void>
}

/** What the server's answer makes of an entry. What was recorded before, or removed since, needs nobody's attention. */
function settled(queued: Queued, outcome: EntryOutcome): Queued {
  switch (outcome.outcome) {
    case 'recorded':
      return { ...queued, state: 'recorded' }
    case 'repeated':
      return { ...queued, state: 'recorded', said: outcome }
    default:
      return { ...queued, state: outcome.outcome, said: outcome }
  }
}

export const waitingOf = (entries: readonly Queued[], user: string): readonly Queued[] =>
  entries.filter((one) => one.state === 'waiting' && one.user === user)

/** Those that a person has to look at. */
export const undecided = (entries: readonly Queued[]): readonly Queued[] =>
  entries.filter(({ state }) => state === 'conflict' || state === 'refused')

/**
 * Sends what waits, the oldest first, in as many requests as it takes. Whoever calls it holds the lock of the queue: two pages
 * that send at the same time would do no harm, because keys make entries unique, but would do it twice.
 *
 * @returns where the animals stand now, by key
 * @throws Problem when the server cannot take them now; those that it took are settled
 */
export async function sendWaiting(
  store: Store,
  user: string,
  post: (entries: readonly RoundEntry[]) => Promise<EntriesAnswer>,
): Promise<EntriesAnswer['animals']> {
  let animals: EntriesAnswer['animals'] = {}
  for (;;) {
    const batch = waitingOf(await store.all(), user).slice(0, MOST_ROUND_ENTRIES)
    if (batch.length === 0) return animals
    const answer = await post(batch.map(({ entry }) => entry))
    // An answer without a word about an entry would send it for ever.
    if (answer.entries.length !== batch.length) throw new Error('The server did not answer for every entry.')
    // What somebody took back meanwhile stays away from the queue.
    const still = new Set((await store.all()).map(({ entry }) => entry.id))
    await store.put(
      batch.map((one, at) => settled(one, answer.entries[at]!)).filter(({ entry }) => still.has(entry.id)),
    )
    animals = { ...animals, ...answer.animals }
  }
}

/** The same entry once more, as somebody who knows what was said about it wants it. */
export const confirmed = ({ said: _, ...queued }: Queued): Queued => ({
  ...queued,
  state: 'waiting',
  entry: { ...queued.entry, confirmed: true },
})

/** Recorded entries stay in sight for a day. */
const KEPT_MS = 24 * 60 * 60 * 1000

/** Keys of recorded entries that nobody needs to see any more. */
export const forgettable = (entries: readonly Queued[], now: number): readonly string[] =>
  entries
    .filter(({ state, entry }) => state === 'recorded' && now - Date.parse(entry.at) > KEPT_MS)
    .map(({ entry }) => entry.id)
