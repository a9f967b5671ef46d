import { join } from 'node:path'
import { type BucketAccess, isBucketAddress } from '../storage/index.ts'
import { bucketPlace, writableBucket } from './bucket-place.ts'
import { folderPlace, writableFolder } from './folder-place.ts'
import { type TablesPlace, TablesRefused, type WritablePlace } from './place.ts'
import { webPlace } from './web-place.ts'

const isWebAddress = (root: string): boolean => /^https?:\/\//i.test(root)

/** Where a setting says that the tables lie. @param root  a folder, a bucket `s3://...`, or a web address */
export function tablesPlace(root: string, access: BucketAccess): TablesPlace {
  if (isWebAddress(root)) return webPlace(root)
  return isBucketAddress(root) ? bucketPlace(root, access) : folderPlace(root)
}

/**
 * The same for writing.
 *
 * @param folder below the root; '' for the root itself
 * @throws TablesRefused when nothing can be written there
 */
export function writablePlace(root: string, folder: string, access: BucketAccess): WritablePlace {
  if (!isBucketAddress(root)) {
    if (/^[a-z][a-z\d+.-]*:\/\//i.test(root))
      throw new TablesRefused(`Tables cannot be written to ${root}: name a folder, or a bucket as s3://bucket/prefix.`)
    return writableFolder(join(root, folder))
  }
  if (access.credentials === undefined)
    throw new TablesRefused(
      `Tables cannot be written to ${root} without credentials: set ALYX_S3_ACCESS_KEY and ALYX_S3_SECRET_KEY, or S3_ACCESS, or name a folder.`,
    )
  try {
    return writableBucket(folder === '' ? root : `${root.replace(/\/+$/, '')}/${folder}`, access)
  } catch (error) {
    if (error instanceof RangeError) throw new TablesRefused(`Tables cannot be written there: ${error.message}.`)
    throw error
  }
}
