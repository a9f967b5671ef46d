import type { BucketAccess } from './object-store.ts'

/** A bucket and the part of it that is meant, read from the address that a setting gives. */
export interface BucketAddress {
  readonly bucket: string
  /** Without slashes around it; '' for the whole bucket. */
  readonly prefix: string
  /** With the scheme and without a path. */
  readonly endpoint: string
  readonly region: string
  readonly style: 'path' | 'virtual-host'
}

const AMAZON_VIRTUAL = /^(?<bucket>.+)\.s3[.-](?<region>[a-z]{2}-[a-z]+-\d+)\.amazonaws\.com$/
const AMAZON_PATH = /^s3[.-](?<region>[a-z]{2}-[a-z]+-\d+)\.amazonaws\.com$/
const ANY_REGION = 'us-east-1'

/** Whether a setting that may name a folder names a bucket instead. */
export const isBucketAddress = (root: string): boolean => /^(?:s3|https?):\/\//i.test(root)

/**
 * Reads the address of a bucket: `s3://alyx/uploaded`, `https://alyx.s3.eu-west-2.amazonaws.com/uploaded`,
 * `https://minio.example.org:9000/alyx/uploaded`.
 *
 * @throws RangeError when it names no bucket
 */
export function bucketAddress(root: string, access: Omit<BucketAccess, 'credentials'>): BucketAddress {
  const url = new URL(root)
  const words = url.pathname
    .split('/')
    .filter((word) => word !== '')
    .map(decodeURIComponent)
  const amazon = AMAZON_VIRTUAL.exec(url.hostname)?.groups
  const region = access.region ?? amazon?.region ?? AMAZON_PATH.exec(url.hostname)?.groups?.region ?? ANY_REGION
  const ofAmazon = `https://s3.${region}.amazonaws.com`
  if (amazon) return { ...place(root, [amazon.bucket!, ...words]), region, endpoint: ofAmazon, style: 'virtual-host' }
  const bySetting = url.protocol === 's3:'
  const endpoint = bySetting ? (access.endpoint?.replace(/\/+$/, '') ?? ofAmazon) : `${url.protocol}//${url.host}`
  return {
    ...place(root, bySetting ? [url.host, ...words] : words),
    region,
    endpoint,
    style: access.style ?? (endpoint === ofAmazon ? 'virtual-host' : 'path'),
  }
}

function place(root: string, [bucket = '', ...prefix]: readonly string[]): { bucket: string; prefix: string } {
  if (!/^[\w.-]{1,255}$/.test(bucket)) throw new RangeError(`${root} names no bucket`)
  return { bucket, prefix: prefix.join('/') }
}

/** `s3://bucket/prefix`, however the setting wrote it. */
export function bucketPlace({ bucket, prefix }: Pick<BucketAddress, 'bucket' | 'prefix'>): string {
  return `s3://${[bucket, ...(prefix === '' ? [] : [prefix])].join('/')}`
}

/** Where requests go: with the bucket in the path, or in front of the host. */
export function bucketEndpoint({ endpoint, bucket, style }: BucketAddress): string {
  return style === 'path' ? `${endpoint}/${bucket}` : endpoint.replace('://', `://${bucket}.`)
}
