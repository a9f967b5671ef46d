import { type BucketAccess, isBucketAddress } from '../storage/index.ts'
import { bucketStore } from './bucket-store.ts'
import { diskStore } from './disk-store.ts'
import type { MediaStore } from './media-store.ts'

/** The store that a setting names. @param root  a folder, or the address of a bucket */
export const mediaStore = (root: string, access: BucketAccess): MediaStore =>
  isBucketAddress(root) ? bucketStore(root, access) : diskStore(root)
