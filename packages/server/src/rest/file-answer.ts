import type { FastifyReply, FastifyRequest } from 'fastify'
import type { MediaFile } from '../media/media-store.ts'
import { Refusal } from './refusal.ts'

interface Range {
  readonly start: number
  readonly end: number
}

const SECOND_MS = 1000

/**
 * Sends a stored file: 304 when the client has it, 206 for a part of it, else the whole. What could run as a page of
 * ours is only offered for saving.
 *
 * @throws Refusal 416 for a part that lies outside the file
 */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: MediaFile): Promise<FastifyReply> {
  const tag = `"${file.modified.getTime().toString(16)}-${file.bytes.toString(16)}"`
  reply
    .type(file.type)
    .headers({ etag: tag, 'last-modified': file.modified.toUTCString(), 'accept-ranges': 'bytes', ...NO_PAGE })
  if (!file.inline) reply.header('content-disposition', 'attachment')
  if (hasIt(request, tag, file.modified)) return reply.code(304).removeHeader('content-type').send()

  const part = mayBePartial(request, tag, file.modified) ? askedPart(request.headers.range, file.bytes) : undefined
  if (part === 'outside')
    throw new Refusal(
      416,
      { detail: `The file has ${file.bytes} bytes: "${request.headers.range}" lies outside.` },
      { 'content-range': `bytes */${file.bytes}`, 'cache-control': 'no-store' },
    )
  const { start, end } = part ?? { start: 0, end: file.bytes - 1 }
  if (part) reply.code(206).header('content-range', `bytes ${start}-${end}/${file.bytes}`)
  reply.header('content-length', end - start + 1)
  if (request.method === 'HEAD' || file.bytes === 0) return reply.send()
  return reply.send(await file.open(part))
}

/** Even where a browser is made to open a file as a page, the page can do nothing. */
const NO_PAGE = { 'content-security-policy': "default-src 'none'; sandbox" } as const

/** Whole seconds: a header has no smaller ones. */
const seconds = (date: Date): number => Math.floor(date.getTime() / SECOND_MS)

/** Whether the client's copy is the file. Tags decide; the date only when there are none. */
function hasIt({ headers }: FastifyRequest, tag: string, modified: Date): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return tags.trim() === '*' || tags.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
  const since = new Date(headers['if-modified-since'] ?? '')
  return seconds(modified) <= seconds(since)
}

/** A part is only of use to a client whose other parts are of this very file. */
function mayBePartial({ headers }: FastifyRequest, tag: string, modified: Date): boolean {
  const condition = headers['if-range']
  if (condition === undefined) return true
  return typeof condition === 'string' && (condition === tag || seconds(new Date(condition)) === seconds(modified))
}

/**
 * The part that `Range` asks for: `bytes=0-99`, `bytes=100-`, `bytes=-100`.
 * @returns undefined for the whole file, which is also the answer to several parts at once and to what is no range
 */
function askedPart(range: string | undefined, size: number): Range | 'outside' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'outside' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return undefined
  return start >= size ? 'outside' : { start, end }
}
