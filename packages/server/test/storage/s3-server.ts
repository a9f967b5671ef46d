import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small server that speaks as S3 does, with the bucket in the path, and that checks every signature. */
export interface S3Server {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string
  readonly objects: ReadonlyMap<string, StoredBytes>
  /** `PUT /alyx/key` and so on, in the order in which they came. */
  readonly asked: string[]
  /** Makes the server answer every request with a status, until it is told `undefined`. */
  fail(status: number | undefined): void
  /** Whether it knows conditional puts; older servers do not. */
  knowsConditions: boolean
  close(): Promise<void>
}

export interface StoredBytes {
  readonly bytes: Buffer
  readonly type: string
  readonly modified: Date
}

export const CREDENTIALS = { accessKey: 'alyx-tests', secretKey: 'a secret/with+signs' } as const
export const REGION = 'eu-west-2'

export async function s3Server(buckets: readonly string[]): Promise<S3Server> {
  const objects = new Map<string, StoredBytes>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const asked: string[] = []
  let failing: number | undefined
  const state = { knowsConditions: true }

  const server = createServer(async (request, response) => {
    const bytes = await bodyOf(request)
    const url = new URL(request.url ?? '/', 'http://s3')
    asked.push(`${request.method} ${url.pathname}`)
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`)
    if (failing !== undefined) return refuse(failing, 'SlowDown')
    if (!isSigned(request, url)) return refuse(403, 'SignatureDoesNotMatch')
    const [, bucket = '', ...words] = url.pathname.split('/')
    if (!buckets.includes(bucket)) return refuse(404, 'NoSuchBucket')
    const key = words.map(decodeURIComponent).join('/')
    const name = `${bucket}/${key}`
    const query = url.searchParams
    if (request.method === 'GET' && query.has('list-type')) return list(response, bucket, query)
    if (request.method === 'POST' && query.has('uploads')) {
      uploads.set(name, new Map())
      return xml(
        response,
        `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${key}</Key><UploadId>one</UploadId></InitiateMultipartUploadResult>`,
      )
    }
    if (request.method === 'PUT' && query.has('partNumber')) {
      uploads.get(name)?.set(Number(query.get('partNumber')), bytes)
      return response.writeHead(200, { etag: '"part"' }).end()
    }
    if (request.method === 'POST' && query.has('uploadId')) {
      const parts = [...(uploads.get(name) ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part)
      objects.set(name, { bytes: Buffer.concat(parts), type: 'application/octet-stream', modified: new Date() })
      return xml(
        response,
        `<CompleteMultipartUploadResult><ETag>"whole"</ETag><Key>${key}</Key></CompleteMultipartUploadResult>`,
      )
    }
    const found = objects.get(name)
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] !== undefined && !state.knowsConditions) return refuse(501, 'NotImplemented')
      if (request.headers['if-none-match'] === '*' && found) return refuse(412, 'PreconditionFailed')
      objects.set(name, { bytes, type: String(request.headers['content-type']), modified: new Date() })
      return response.writeHead(200, { etag: '"one"' }).end()
    }
    if (request.method === 'DELETE') {
      objects.delete(name)
      return response.writeHead(204).end()
    }
    return found ? send(request, response, found) : refuse(404, 'NoSuchKey')
  })

  function list(response: ServerResponse, bucket: string, query: URLSearchParams) {
    const wanted = `${bucket}/${query.get('prefix') ?? ''}`
    const rows = [...objects].filter(([name]) => name.startsWith(wanted))
    const contents = rows.map(
      ([name, { bytes, modified }]) =>
        `<Contents><Key>${name.slice(bucket.length + 1)}</Key><Size>${bytes.length}</Size><LastModified>${modified.toISOString()}</LastModified></Contents>`,
    )
    xml(response, `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    asked,
    fail: (status: number | undefined) => {
      failing = status
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

const xml = (response: ServerResponse, text: string) =>
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`)

function send(request: IncomingMessage, response: ServerResponse, { bytes, type, modified }: StoredBytes) {
  const headers = { 'content-type': type, 'last-modified': modified.toUTCString() }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  if (first === undefined) {
    return response
      .writeHead(200, { ...headers, 'content-length': bytes.length })
      .end(request.method === 'HEAD' ? undefined : bytes)
  }
  if (Number(first) >= bytes.length) return response.writeHead(416).end()
  const end = last === '' ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1)
  return response
    .writeHead(206, { ...headers, 'content-range': `bytes ${first}-${end}/${bytes.length}` })
    .end(bytes.subarray(Number(first), end + 1))
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Whether a request carries the signature that Amazon's version 4 asks for, in its headers or in its address. */
function isSigned(request: IncomingMessage, url: URL): boolean {
  const query = url.searchParams
  const said = query.has('X-Amz-Signature')
    ? {
        credential: query.get('X-Amz-Credential')!,
        names: query.get('X-Amz-SignedHeaders')!,
        signature: query.get('X-Amz-Signature')!,
        date: query.get('X-Amz-Date')!,
        payload: 'UNSIGNED-PAYLOAD',
      }
    : fromHeader(request)
  if (said === undefined || said.credential.split('/')[0] !== CREDENTIALS.accessKey) return false
  const [, day = '', region = '', service = ''] = said.credential.split('/')
  if (region !== REGION || service !== 's3' || !said.date.startsWith(day)) return false
  const asked = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
  const headers = said.names.split(';').map((name) => `${name}:${request.headers[name]}\n`)
  const canonical = [request.method, url.pathname, asked.join('&'), headers.join(''), said.names, said.payload]
  const scope = [day, region, service, 'aws4_request']
  const digest = createHash('sha256').update(canonical.join('\n')).digest('hex')
  let key: string | Buffer = `AWS4${CREDENTIALS.secretKey}`
  for (const word of scope) key = createHmac('sha256', key).update(word).digest()
  const text = ['AWS4-HMAC-SHA256', said.date, scope.join('/'), digest].join('\n')
  return createHmac('sha256', key).update(text).digest('hex') === said.signature
}

function fromHeader({ headers }: IncomingMessage) {
  const [, credential, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? []
  if (credential === undefined || names === undefined || signature === undefined) return undefined
  const payload = String(headers['x-amz-content-sha256'])
  return { credential, names, signature, date: String(headers['x-amz-date']), payload }
}
