import { Refused } from '../records/index.ts'
import { diskStore } from './disk-store.ts'
import type { MediaStore } from './media-store.ts'

/** The store that a setting names. @param root  a folder, or the address of a bucket */
export const mediaStore = (root: string): MediaStore => (/^https?:\/\//.test(root) ? ELSEWHERE : diskStore(root))

/** Files in a bucket are served by the bucket; putting files there is not part of this release. */
const ELSEWHERE: MediaStore = {
  save: () =>
    Promise.reject(
      new Refused(
        'invalid',
        'Images cannot be uploaded: ALYX_MEDIA_ROOT names a bucket, and this release keeps images in folders only.',
      ),
    ),
  remove: () => Promise.resolve(),
  find: () => Promise.resolve(undefined),
}
