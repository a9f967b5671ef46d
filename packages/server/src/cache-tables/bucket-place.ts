import { openAsBlob } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type BucketAccess, bucketAddress, openBucket } from '../storage/index.ts'
import type { TablesPlace, WritablePlace } from './place.ts'

const typeOf = (name: string): string =>
  name.endsWith('.json')
    ? 'application/json'
    : name.endsWith('.zip')
      ? 'application/zip'
      : 'application/vnd.apache.parquet'

/**
 * Tables in a bucket. With credentials it may be closed to everybody else, so the tables pass through this server;
 * without, it has to be open, and clients fetch from it.
 */
export function bucketPlace(root: string, access: BucketAccess): TablesPlace {
  const bucket = openBucket(root, access)
  return {
    name: bucket.place,
    find: (path) => bucket.find(path),
    publicAddress: (path) => (access.credentials === undefined ? publicAddress(root, access, path) : undefined),
  }
}

function publicAddress(root: string, access: BucketAccess, path: string): string {
  const { bucket, prefix, endpoint, style } = bucketAddress(root, access)
  const base = style === 'path' ? `${endpoint}/${bucket}` : endpoint.replace('://', `://${bucket}.`)
  return [base, ...(prefix === '' ? [] : [prefix]), path].join('/')
}

export function writableBucket(root: string, access: BucketAccess): WritablePlace {
  const bucket = openBucket(root, access)
  return {
    name: bucket.place,
    async read(name) {
      const found = await bucket.find(name)
      return found && text(await found.open())
    },
    size: async (name) => (await bucket.find(name))?.bytes,
    draftFolder: () => mkdtemp(join(tmpdir(), 'alyx-tables-')),
    publish: async (draft, name) => void (await bucket.put(name, await openAsBlob(draft), { type: typeOf(name) })),
    remove: (name) => bucket.remove(name),
  }
}
