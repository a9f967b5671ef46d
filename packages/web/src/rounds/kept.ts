import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Queued, Store } from './queue.ts'

interface Kept extends DBSchema {
  entries: { key: number; value: Queued & { readonly nth?: number }; indexes: { id: string } }
}

let opened: Promise<IDBPDatabase<Kept>> | undefined

const database = (): Promise<IDBPDatabase<Kept>> => {
  opened ??= openDB<Kept>('alyx-round', 1, {
    upgrade(fresh) {
      fresh
        .createObjectStore('entries', { keyPath: 'nth', autoIncrement: true })
        .createIndex('id', 'entry.id', { unique: true })
    },
  })
  return opened
}

/** The queue in the browser's own database: it is there again after the tablet was without power. */
export const kept: Store = {
  async all() {
    return (await database()).getAll('entries')
  },
  async put(entries) {
    const change = (await database()).transaction('entries', 'readwrite')
    const byId = change.store.index('id')
    for (const one of entries) {
      const before = await byId.getKey(one.entry.id)
      await change.store.put(before === undefined ? one : { ...one, nth: before })
    }
    await change.done
  },
  async remove(ids) {
    const change = (await database()).transaction('entries', 'readwrite')
    const byId = change.store.index('id')
    for (const id of ids) {
      const nth = await byId.getKey(id)
      if (nth !== undefined) await change.store.delete(nth)
    }
    await change.done
  },
}
