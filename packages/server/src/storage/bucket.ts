import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { AWSHeaders, S3mini } from 's3mini'
import { bucketAddress, bucketEndpoint, bucketPlace } from './bucket-address.ts'
import { type Bucket, type BucketAccess, type Content, type ListedObject, StorageUnavailable } from './object-store.ts'

const OCTETS = 'application/octet-stream'
/** Longest key that S3 takes, in bytes of UTF-8. */
const LONGEST_KEY = 1024
const LIST_DELIMITER = '/'

/**
 * The bucket that an address names; see `bucketAddress`. The library is loaded, and the bucket asked, with the first
 * request.
 *
 * @throws RangeError when the address names no bucket
 */
export function openBucket(root: string, access: BucketAccess): Bucket {
  const address = bucketAddress(root, access)
  const place = bucketPlace(address)
  let opened: Promise<S3mini> | undefined
  const client = () => {
    opened ??= import('s3mini').then(
      ({ S3mini }) =>
        new S3mini({
          endpoint: bucketEndpoint(address),
          region: address.region,
          accessKeyId: access.credentials?.accessKey ?? '',
          secretAccessKey: access.credentials?.secretKey ?? '',
        }),
    )
    return opened
  }
  const full = (key: string) => (address.prefix === '' ? key : `${address.prefix}/${key}`)
  const asking = <T>(work: (s3: S3mini) => Promise<T>): Promise<T> =>
    client()
      .then(work)
      .catch((error: unknown) => {
        throw unavailable(place, error)
      })
  /** Undefined where the bucket says that there is no such object. */
  const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  return {
    place,
    put: (key, content, { type = OCTETS, ifFree = false } = {}) => {
      assertKey(key)
      return asking((s3) => (ifFree ? putIfFree(s3, full(key), content, type) : put(s3, full(key), content, type)))
    },
    find: (key) =>
      asking(async (s3) => {
        const facts = isKey(key) ? await ifThere(factsOf(s3, full(key))) : undefined
        return facts && { ...facts, open: (range) => asking((again) => open(again, full(key), range)) }
      }),
    remove: (key) => {
      assertKey(key)
      return asking(async (s3) => void (await ifThere(s3.deleteObject(full(key)))))
    },
    list: (prefix) =>
      asking(async (s3) => {
        const listed = (await s3.listObjects(LIST_DELIMITER, full(prefix))) ?? []
        const cut = address.prefix === '' ? 0 : address.prefix.length + 1
        return listed
          .map(
            ({ Key, Size, LastModified }): ListedObject => ({
              key: Key.slice(cut),
              bytes: Number(Size),
              modified: new Date(LastModified),
            }),
          )
          .sort((a, b) => (a.key < b.key ? -1 : 1))
      }),
    link: (key, seconds) => {
      assertKey(key)
      return asking((s3) => s3.getPresignedUrl('GET', full(key), seconds))
    },
  }
}

async function put(s3: S3mini, key: string, content: Content, type: string): Promise<true> {
  await s3.putAnyObject(key, content, type)
  return true
}

/** The bucket decides, where it knows the condition; where it does not, it is asked before. */
async function putIfFree(s3: S3mini, key: string, content: Content, type: string): Promise<boolean> {
  // Old servers ignore the condition: what is there already is then seen here, all but at the same moment.
  if (await s3.objectExists(key)) return false
  // Its type knows only Amazon's own headers; all are signed and sent.
  const condition = { 'if-none-match': '*' } as AWSHeaders
  try {
    await s3.putObject(key, content as Uint8Array, type, undefined, condition)
    return true
  } catch (error) {
    const status = statusOf(error)
    if (status === 412 || status === 409) return false
    if (status !== 501) throw error
    return put(s3, key, content, type)
  }
}

/** Size and age, from its first byte: one request, as a question for its head would be. */
async function factsOf(s3: S3mini, key: string): Promise<{ bytes: number; modified: Date }> {
  try {
    const answer = await s3.getObjectRaw(key, false, 0, 1)
    const { headers } = answer
    await answer.arrayBuffer()
    const [, whole] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
    return {
      bytes: Number(whole ?? headers.get('content-length') ?? 0),
      modified: new Date(headers.get('last-modified') ?? 0),
    }
  } catch (error) {
    // An object without bytes has no first one.
    if (statusOf(error) === 416) return { bytes: 0, modified: new Date(0) }
    throw error
  }
}

async function open(s3: S3mini, key: string, range?: { start: number; end: number }): Promise<Readable> {
  const { body } = await (range ? s3.getObjectRaw(key, false, range.start, range.end + 1) : s3.getObjectRaw(key))
  return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream)
}

/** Whether a text can be the key of an object: words with slashes between, none of which leads elsewhere. */
function isKey(key: string): boolean {
  if (key.includes('\u0000') || key.includes('\\') || Buffer.byteLength(key) > LONGEST_KEY) return false
  return key.split('/').every((word) => word !== '' && word !== '.' && word !== '..')
}

function assertKey(key: string): void {
  if (!isKey(key)) throw new RangeError(`"${key.slice(0, 100)}" cannot be the key of an object`)
}

/** Of an answer of the bucket, also where the library wraps it. */
function statusOf(error: unknown): number | undefined {
  const { status, cause } = (error ?? {}) as { status?: unknown; cause?: unknown }
  if (typeof status === 'number') return status
  return cause === undefined ? undefined : statusOf(cause)
}

function unavailable(place: string, error: unknown): unknown {
  if (error instanceof StorageUnavailable || error instanceof RangeError) return error
  const status = statusOf(error)
  if (status === 403 || status === 401)
    return new StorageUnavailable(`The bucket ${place} refuses this server: its credentials or its rights.`, {
      cause: error,
    })
  if (status !== undefined)
    return new StorageUnavailable(`The bucket ${place} answers with an error (${status}).`, { cause: error })
  return new StorageUnavailable(`The bucket ${place} cannot be reached.`, { cause: error })
}
