import type { FastifyRequest } from 'fastify'
import { type Patience, tooLarge, watchForSilence } from './body-stream.ts'
import { Refusal, refusals } from './refusal.ts'

/** A file that came with a form. Name and media type are what the client says: neither is to be believed. */
export interface UploadedFile {
  readonly filename: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** A form: values and files by name, each in the order in which they came. */
export interface Form {
  readonly fields: ReadonlyMap<string, readonly string[]>
  readonly files: ReadonlyMap<string, UploadedFile>
}

/** Limits of a form and of its parts: their number, and bytes of each. */
export interface FormLimits {
  readonly whole: Patience
  readonly parts: number
  readonly field: number
  readonly file: number
}

/**
 * Reads a form of several parts. A part is a file when it has a file name; an empty file name with nothing behind it is
 * an empty file field of a browser, which says nothing.
 *
 * @throws Refusal 413 for a part or a form beyond its limit, 400 for a form that is none, 408 for a silent client
 */
export async function readMultipart(request: FastifyRequest, limits: FormLimits): Promise<Form> {
  // Only methods that carry a body by their nature have it prepared as a form.
  if (!request.isMultipart()) throw refusals.mediaType(request.headers['content-type'] ?? '')
  const { silence, end } = watchForSilence(request, limits.whole.silenceMs)
  try {
    return await Promise.race([formOf(request, limits), silence])
  } catch (error) {
    throw asRefusal(error, limits)
  } finally {
    end()
  }
}

async function formOf(request: FastifyRequest, limits: FormLimits): Promise<Form> {
  const fields = new Map<string, string[]>()
  const files = new Map<string, UploadedFile>()
  let left = limits.whole.bytes
  const parts = request.parts({
    // Every part is read here, as bytes: the parser would cut long fields in silence and parse JSON on the way.
    isPartAFile: () => true,
    limits: { parts: limits.parts, files: limits.parts, fileSize: Math.max(limits.field, limits.file) + 1 },
  })
  for await (const part of parts) {
    if (part.type === 'field') continue
    const { fieldname: name, filename, mimetype: mediaType } = part
    const isFile = filename !== undefined
    const bytes = await partBytes(part.file, isFile ? `The file "${name}"` : `The field "${name}"`, {
      most: isFile ? limits.file : limits.field,
      left,
      whole: limits.whole.bytes,
    })
    left -= bytes.length
    if (isFile) {
      if (filename !== '' || bytes.length > 0) files.set(name, { filename, mediaType, bytes })
      continue
    }
    const known = fields.get(name)
    if (known) known.push(bytes.toString())
    else fields.set(name, [bytes.toString()])
  }
  return { fields, files }
}

/** Bytes of one part, which may not have more than `most`, nor more than is `left` of the `whole` form. */
async function partBytes(
  part: NodeJS.ReadableStream,
  what: string,
  { most, left, whole }: { most: number; left: number; whole: number },
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of part as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw tooLarge(what, most)
    if (size > left) throw tooLarge('The form', whole)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** What the parser objects to is a mistake of the client: it knows no others. */
function asRefusal(error: unknown, { parts }: FormLimits): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error
  if ('statusCode' in error && error.statusCode === 413)
    return new Refusal(413, { detail: `The form has more than ${parts} parts.` })
  return refusals.invalid(`Multipart form parse error - ${error.message}`)
}
