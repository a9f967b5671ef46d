/**
 * Files kept as objects of a bucket: Amazon S3, or whatever speaks as it does (MinIO, Ceph, Garage).
 *
 * - `isBucketAddress(root)` tells whether a setting that may name a folder names a bucket
 * - `openBucket(root, access)` is the bucket, below the prefix of that address; nothing is asked of it yet
 * - `bucket.put(key, bytes)`, `bucket.find(key)`, `bucket.remove(key)`, `bucket.list(prefix)`, `bucket.link(key, seconds)`
 *
 * A large file of the disk is put as `await openAsBlob(path)` of `node:fs`, which reads it piece by piece. What the
 * settings say of buckets is `settings.bucketAccess`. `StorageUnavailable` is what everything throws when the bucket
 * cannot be reached or refuses; its message is for people and names no secret.
 */

export { openBucket } from './bucket.ts'
export { bucketAddress, isBucketAddress } from './bucket-address.ts'
export { type BucketAccess, StorageUnavailable } from './object-store.ts'
