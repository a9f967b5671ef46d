import { crc32 } from 'node:zlib'
import sharp, { type FormatEnum } from 'sharp'

interface Picture {
  readonly width?: number
  readonly height?: number
  /** Whether every pixel differs from its neighbours, as in a photograph. */
  readonly noisy?: boolean
}

/** A picture of one kind, of one colour or of noise. */
export const picture = (kind: keyof FormatEnum, { width = 160, height = 100, noisy = false }: Picture = {}) =>
  canvas({ width, height, noisy }).toFormat(kind).toBuffer()

const canvas = ({ width = 160, height = 100, noisy = false }: Picture) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: 'red',
      ...(noisy && { noise: { type: 'gaussian' as const, mean: 128, sigma: 40 } }),
    },
  })

/** A photograph of a telephone that was held upright: 60 wide and 40 high as stored, with the place where it was taken. */
export const photograph = () =>
  canvas({ width: 60, height: 40 })
    .jpeg()
    .withExif({
      IFD0: { Make: 'Telephone', ImageDescription: 'room 4.17' },
      IFD3: { GPSLatitude: '51/1 31/1 0/1', GPSLatitudeRef: 'N' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer()

/** Three frames, or three pages. */
export async function frames(kind: 'gif' | 'tiff' | 'webp', width: number, height: number): Promise<Buffer> {
  const one = await Promise.all(
    ['red', 'green', 'blue'].map((background) =>
      sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(one, { join: { animated: true } })
    .toFormat(kind)
    .toBuffer()
}

/** Values of a microscope's camera, 16 bits each. */
export const deepPicture = (width: number, height: number) =>
  sharp(Buffer.from(new Uint16Array(width * height).map((_, at) => (at * 7) % 65_536).buffer), {
    raw: { width, height, channels: 1, depth: 'ushort' } as never,
  })
    .toColourspace('grey16')
    .png()
    .toBuffer()

/** A PNG file of a few bytes that says it is as large as asked. */
export function pngThatClaims(width: number, height: number): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    pngChunk('IHDR', head),
    pngChunk('IDAT', Buffer.from('789c030000000001', 'hex')),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}

/** A GIF file of a few bytes with a screen of 65,535 pixels each way. */
export const gifThatClaims = (): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from('ffffffff800000', 'hex'),
    Buffer.from('000000ffffff', 'hex'),
    Buffer.from('2c00000000ffffffff00024401003b', 'hex'),
  ])
