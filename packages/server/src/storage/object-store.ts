import type { Readable } from 'node:stream'

/** How a bucket is reached, from the settings. */
export interface BucketAccess {
  /** `https://minio.example.org:9000`; undefined: Amazon's, in the region. */
  readonly endpoint: string | undefined
  /** Undefined: what the address says, else `us-east-1`, which servers other than Amazon's take for any. */
  readonly region: string | undefined
  /** Where the name of the bucket stands in addresses; undefined: in the host for Amazon, in the path elsewhere. */
  readonly style: 'path' | 'virtual-host' | undefined
  /** Undefined: requests are not signed, which is enough to read a public bucket. */
  readonly credentials: { readonly accessKey: string; readonly secretKey: string } | undefined
}

/** Bytes in memory, or a file of the disk as `openAsBlob` of `node:fs` opens it. */
export type Content = Uint8Array | Blob

export interface StoredObject {
  readonly bytes: number
  readonly modified: Date
  /** Bytes from `start` to `end`, both included; all of them when absent. */
  open(range?: { readonly start: number; readonly end: number }): Promise<Readable>
}

export interface ListedObject {
  readonly key: string
  readonly bytes: number
  readonly modified: Date
}

/**
 * Objects below one prefix of a bucket. Keys are relative to it, with `/` between their words; none leads out of it.
 * Whatever fails for reasons of the bucket is a `StorageUnavailable`.
 */
export interface Bucket {
  /** `s3://bucket/prefix`, for messages. */
  readonly place: string
  /**
   * Keeps an object, in the place of one that has the key already.
   * @param options.type     media type, `application/octet-stream` when absent
   * @param options.ifFree   keeps it only when no object has the key; up to 5 GiB
   * @returns whether it was kept
   */
  put(key: string, content: Content, options?: { readonly type?: string; readonly ifFree?: boolean }): Promise<boolean>
  /** @returns undefined when there is none, or the key is none that could be */
  find(key: string): Promise<StoredObject | undefined>
  /** Removes an object; one that is not there is as good as removed. */
  remove(key: string): Promise<void>
  /** Objects whose keys begin with a text, in the order of their keys. */
  list(prefix: string): Promise<ListedObject[]>
  /** An address under which anybody may fetch the object for some time, without credentials. */
  link(key: string, seconds: number): Promise<string>
}

/** A bucket that cannot be reached, or that refuses. The message says which, and why. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}
