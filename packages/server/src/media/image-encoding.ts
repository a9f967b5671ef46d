import type { Metadata, Sharp } from 'sharp'

/** A picture that was decoded and encoded anew, with nothing of the original file but what can be seen. */
export interface EncodedImage {
  readonly bytes: Buffer
  /** With its dot: what the picture is, whatever its name said. */
  readonly extension: string
}

/** What was uploaded is not a picture that can be kept. */
export class NotAnImage extends Error {
  override readonly name = 'NotAnImage'
}

/** All frames together: decoded, a pixel takes four bytes. The largest cameras have 100 million. */
const MOST_PIXELS = 100_000_000
/** For a picture that decodes slowly on purpose. */
const PATIENCE_SECONDS = 20
/** Of pictures made smaller, as Alyx encodes them. */
const QUALITY = 70
/** Of pictures that keep their size: who asks for that wants to see what the camera saw. */
const ORIGINAL_QUALITY = 95

/** Kinds that are kept, with how each is encoded anew. */
const ENCODINGS: Readonly<Record<string, { extension: string; encode: (image: Sharp, quality: number) => Sharp }>> = {
  jpeg: { extension: '.jpg', encode: (image, quality) => image.jpeg({ quality }) },
  png: { extension: '.png', encode: (image) => image.png() },
  gif: { extension: '.gif', encode: (image) => image.gif() },
  webp: { extension: '.webp', encode: (image, quality) => image.webp({ quality }) },
  // Stacks of microscopes: their values are data.
  tiff: { extension: '.tif', encode: (image) => image.tiff({ compression: 'deflate' }) },
}

/**
 * Decodes a picture, turns it as its camera was held, makes it narrower when asked, and encodes it anew in its own kind.
 * Position, camera, comments and whatever else was hidden in the file are gone. Moving pictures keep moving; 16 bits
 * stay 16 bits.
 *
 * @param width  pixels that it may be wide; a narrower picture is never enlarged
 * @throws NotAnImage for anything but a whole JPEG, PNG, GIF, WebP or TIFF picture of at most 100 million pixels
 */
export function encodedImage(bytes: Uint8Array, width: number | 'orig'): Promise<EncodedImage> {
  return oneAfterTheOther(async () => {
    // A library that is not there is no fault of the picture.
    const sharp = await pictureLibrary()
    try {
      const image = sharp(bytes, {
        limitInputPixels: MOST_PIXELS,
        failOn: 'error',
        animated: true,
        sequentialRead: true,
      })
      const metadata = await image.metadata()
      const { extension, encode } = ENCODINGS[metadata.format ?? ''] ?? refuse('a kind that is not kept')
      const shown = withDepth(resized(upright(image, metadata), metadata, width), metadata)
      const quality = width === 'orig' ? ORIGINAL_QUALITY : QUALITY
      return { bytes: await encode(shown, quality).timeout({ seconds: PATIENCE_SECONDS }).toBuffer(), extension }
    } catch (error) {
      throw error instanceof NotAnImage ? error : new NotAnImage(messageOf(error))
    }
  })
}

let loaded: Promise<typeof import('sharp')['default']> | undefined

/**
 * The library of pictures, with the first picture: it is large, and most servers never see one. Decoders are where
 * hostile files strike: only those for the kinds above ever run. Nothing is kept between images.
 */
function pictureLibrary() {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff'].map((kind) => `VipsForeignLoad${kind}Buffer`),
    })
    sharp.cache(false)
    return sharp
  })
  return loaded
}

const refuse = (why: string): never => {
  throw new NotAnImage(why)
}
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** As its camera was held. Pages of a stack are not turned: nothing that makes them says how. */
const upright = (image: Sharp, { pages = 1 }: Metadata): Sharp => (pages > 1 ? image : image.autoOrient())

/**
 * Fits a picture into `width` and the height, rounded down, that belongs to it: 1600 x 1000 becomes 99 x 62 for 100,
 * as in Alyx.
 */
function resized(image: Sharp, { autoOrient, pages = 1, pageHeight }: Metadata, width: number | 'orig'): Sharp {
  if (width === 'orig' || width >= autoOrient.width) return image
  const whole = pages > 1 && pageHeight !== undefined ? pageHeight : autoOrient.height
  const height = Math.max(1, Math.floor((whole * width) / autoOrient.width))
  return image.resize({ width, height, fit: 'inside', withoutEnlargement: true })
}

function withDepth(image: Sharp, { depth, channels = 3 }: Metadata): Sharp {
  if (depth !== 'ushort') return image
  return image.toColourspace(channels < 3 ? 'grey16' : 'rgb16')
}

let last: Promise<unknown> = Promise.resolve()

/** A large picture takes hundreds of megabytes while it is worked on: one at a time. */
function oneAfterTheOther<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => undefined)
  return done
}
