import { type BucketAccess, openBucket } from '../storage/index.ts'
import { freeName } from './file-names.ts'
import { isHidden, servedAs } from './file-types.ts'
import type { MediaStore } from './media-store.ts'

/** Random names that are all taken mean that something else is wrong. */
const MOST_NAMES = 10

/**
 * Files of a bucket, and nothing outside the prefix of its address. They pass through this server, so that people see
 * them who cannot reach the bucket, and under the same rules as files of a folder.
 */
export function bucketStore(root: string, access: BucketAccess): MediaStore {
  const bucket = openBucket(root, access)
  return {
    async save(wanted, bytes) {
      for (let attempt = 0; attempt < MOST_NAMES; attempt++) {
        const path = freeName(wanted, attempt > 0)
        if (await bucket.put(path, bytes, { type: servedAs(path).type, ifFree: true })) return path
      }
      throw new Error(`${MOST_NAMES} names for ${freeName(wanted, false)} were taken, which is not chance`)
    },
    remove: (path) => bucket.remove(path),
    async find(path) {
      const found = isHidden(path) ? undefined : await bucket.find(path)
      return found && { ...servedAs(path), ...found }
    },
  }
}
