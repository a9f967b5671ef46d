import { invalid } from '../records/index.ts'
import { baseName } from './file-names.ts'
import { encodedImage, NotAnImage } from './image-encoding.ts'
import type { MediaStore } from './media-store.ts'

/** A picture that somebody attaches to a note. */
export interface NoteImage {
  readonly bytes: Uint8Array
  /** As the client calls it; only its letters are used. */
  readonly filename: string
  /** Key of the record that the note is about: part of the file's name. */
  readonly objectId: string
  /** Pixels to which a wider picture is reduced, or `orig` to keep its size: what `imageWidth` read. */
  readonly width: number | 'orig'
  /** Date of the server: `2026-03-02`. */
  readonly today: string
}

const NOT_AN_IMAGE = 'Upload a valid image. The file you uploaded was either not an image or a corrupted image.'
const EMPTY = 'The submitted file is empty.'

/** Widest picture that all the kinds can hold. */
const WIDEST = 16_383

/**
 * The width that a request asks for, to be read before anything is written.
 *
 * @param asked     what was sent as `width`: text of a form or a number; undefined when nothing was
 * @param standard  pixels when nothing was asked, from the setting `uploadedImageWidth`
 * @throws Refused  naming what was asked and what may be
 */
export function imageWidth(asked: unknown, standard: number): number | 'orig' {
  if (asked === undefined || asked === null || asked === '') return standard
  const text = String(asked).trim()
  if (text === 'orig') return 'orig'
  const width = /^\+?\d{1,9}$/.test(text) ? Number(text) : 0
  if (width >= 1 && width <= WIDEST) return width
  throw invalid({
    width: [`Expected a whole number of pixels from 1 to ${WIDEST}, or "orig", but got "${text.slice(0, 50)}".`],
  })
}

/**
 * Checks a picture, reduces it, and keeps it under its day: `2026/03/02/mouse.<object>.<object>.png`, or with the
 * identifier once when it keeps its size, as Alyx names them. The path is to be treated as opaque.
 *
 * The file is there before the note is: whoever writes the note removes it again when the note is not made.
 *
 * @returns the path in the store, for the column `image`
 * @throws Refused by the field `image`, when the file is no picture
 */
export async function storeNoteImage(store: MediaStore, image: NoteImage): Promise<string> {
  if (image.bytes.length === 0) throw invalid({ image: [EMPTY] })
  const { bytes, extension } = await encodedImage(image.bytes, image.width).catch((error: unknown) => {
    throw error instanceof NotAnImage ? invalid({ image: [NOT_AN_IMAGE] }) : error
  })
  const id = `.${image.objectId}`
  return store.save(
    {
      folder: image.today.replaceAll('-', '/'),
      base: baseName(image.filename),
      ending: `${image.width === 'orig' ? id : id + id}${extension}`,
    },
    bytes,
  )
}
