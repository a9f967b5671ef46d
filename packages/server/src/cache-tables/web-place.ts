import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { StorageUnavailable } from '../storage/index.ts'
import type { TablesPlace } from './place.ts'

const PATIENCE_MS = 10_000

/** Tables that others keep at a web address: clients are sent there. */
export function webPlace(root: string): TablesPlace {
  const base = root.replace(/\/+$/, '')
  return {
    name: base,
    async find(path) {
      const answer = await fetch(`${base}/${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch((cause) => {
        throw new StorageUnavailable(`The cache tables at ${base} cannot be reached.`, { cause })
      })
      if (!answer.ok || answer.body === null) return undefined
      const { body, headers } = answer
      return {
        bytes: Number(headers.get('content-length') ?? 0),
        modified: new Date(headers.get('last-modified') ?? 0),
        open: async () => Readable.fromWeb(body as ReadableStream),
      }
    },
    publicAddress: (path) => `${base}/${path}`,
  }
}
