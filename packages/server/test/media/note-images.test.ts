import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { diskStore } from '../../src/media/disk-store.ts'
import type { MediaStore } from '../../src/media/media-store.ts'
import { imageWidth, type NoteImage, storeNoteImage } from '../../src/media/note-images.ts'
import { deepPicture, frames, gifThatClaims, photograph, picture, pngThatClaims } from './pictures.ts'

let parent: string
let root: string
let store: MediaStore
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'alyx-media-'))
  root = join(parent, 'uploaded')
  store = diskStore(root)
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const MOUSE = '2d5b8cfc-bcda-4c2c-862d-51113da0a52b'
const TODAY = '2026-03-02'
const keep = (bytes: Uint8Array, more: Partial<NoteImage> = {}) =>
  storeNoteImage(store, { bytes, filename: 'mouse.png', objectId: MOUSE, width: 800, today: TODAY, ...more })
const kept = async (path: string) => readFile(join(root, path))
const shown = async (path: string) => sharp(await kept(path), { animated: true }).metadata()
const filesBelow = async () =>
  (await readdir(parent, { recursive: true, withFileTypes: true })).filter((one) => !one.isDirectory())

const NOT_AN_IMAGE = 'Upload a valid image. The file you uploaded was either not an image or a corrupted image.'

describe('a picture is kept', () => {
  test('under the day, the name of its file and the record it is about, twice when it was reduced', async () => {
    const reduced = await keep(await picture('png', { width: 1600, height: 1000 }))
    const original = await keep(await picture('png'), { width: 'orig' })

    expect(reduced).toBe(`2026/03/02/mouse.${MOUSE}.${MOUSE}.png`)
    expect(original).toBe(`2026/03/02/mouse.${MOUSE}.png`)
  })

  test.each([
    { width: 1600, height: 1000, asked: 100, becomes: [99, 62] },
    { width: 1600, height: 1200, asked: 800, becomes: [800, 600] },
    { width: 300, height: 3000, asked: 100, becomes: [100, 1000] },
    { width: 2000, height: 1, asked: 100, becomes: [100, 1] },
    { width: 60, height: 30, asked: 800, becomes: [60, 30] },
    { width: 1600, height: 1000, asked: 'orig' as const, becomes: [1600, 1000] },
  ])('$width x $height reduced to $asked is $becomes', async ({ width, height, asked, becomes }) => {
    const path = await keep(await picture('png', { width, height }), { width: asked })

    const { width: w, height: h } = await shown(path)
    expect([w, h]).toEqual(becomes)
  })

  test.each([
    { kind: 'png', ending: '.png' },
    { kind: 'jpeg', ending: '.jpg' },
    { kind: 'gif', ending: '.gif' },
    { kind: 'webp', ending: '.webp' },
    { kind: 'tiff', ending: '.tif' },
  ] as const)('as $kind, whatever its name says', async ({ kind, ending }) => {
    const path = await keep(await picture(kind), { filename: 'page.html' })

    expect(path.endsWith(ending)).toBe(true)
    expect((await shown(path)).format).toBe(kind)
  })

  test('as its camera was held, without the place and the camera', async () => {
    for (const width of [30, 'orig'] as const) {
      const path = await keep(await photograph(), { width })

      const { width: w, height: h, exif, orientation } = await shown(path)
      expect([w, h]).toEqual(width === 'orig' ? [40, 60] : [30, 45])
      expect({ exif, orientation }).toEqual({ exif: undefined, orientation: undefined })
      expect((await kept(path)).toString('latin1')).not.toMatch(/Telephone|room 4\.17/)
    }
  })

  test('with all its frames', async () => {
    const moving = await shown(await keep(await frames('gif', 50, 40), { width: 25 }))
    const stack = await shown(await keep(await frames('tiff', 50, 40), { width: 'orig' }))

    expect([moving.width, moving.pageHeight, moving.pages]).toEqual([25, 20, 3])
    expect([stack.width, stack.pageHeight, stack.pages]).toEqual([50, 40, 3])
  })

  test('with the values of a camera of 16 bits', async () => {
    const sent = await deepPicture(40, 30)

    const path = await keep(sent, { width: 'orig' })

    const values = async (bytes: Buffer) => (await sharp(bytes).raw({ depth: 'ushort' }).toBuffer()).toString('hex')
    expect((await shown(path)).depth).toBe('ushort')
    expect(await values(await kept(path))).toBe(await values(sent))
  })

  test('smaller than it came, when it is a photograph', async () => {
    const sent = await picture('jpeg', { width: 2000, height: 1500, noisy: true })

    const path = await keep(sent)

    expect((await kept(path)).length).toBeLessThan(sent.length / 4)
  })
})

describe('a file is refused', () => {
  const refused: { what: string; bytes: () => Buffer | Promise<Buffer> }[] = [
    { what: 'text', bytes: () => Buffer.from('not an image') },
    { what: 'a page', bytes: () => Buffer.from('<!doctype html><script>alert(1)</script>') },
    {
      what: 'a drawing that can hold scripts',
      bytes: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    },
    { what: 'a document', bytes: () => Buffer.from('%PDF-1.4\n1 0 obj\n') },
    { what: 'a bitmap', bytes: () => ONE_PIXEL_BITMAP },
    { what: 'only the signature of a picture', bytes: () => Buffer.from('89504e470d0a1a0a', 'hex') },
    { what: 'half a photograph', bytes: async () => half(await picture('jpeg', { noisy: true })) },
    { what: 'half a PNG', bytes: async () => half(await picture('png', { noisy: true })) },
    { what: 'half a GIF', bytes: async () => half(await picture('gif', { noisy: true })) },
    { what: 'half a TIFF', bytes: async () => half(await picture('tiff', { noisy: true })) },
    { what: 'half a WebP', bytes: async () => half(await picture('webp', { noisy: true })) },
    { what: 'a picture of 2,500 million pixels in 70 bytes', bytes: () => pngThatClaims(50_000, 50_000) },
    { what: 'a picture larger than can be', bytes: () => pngThatClaims(2 ** 31 - 1, 2 ** 31 - 1) },
    { what: 'a picture of no size', bytes: () => pngThatClaims(0, 0) },
    { what: 'a moving picture of 4,300 million pixels', bytes: () => gifThatClaims() },
    {
      what: 'a flat picture of 100 million pixels and a few',
      bytes: () => picture('png', { width: 10_001, height: 10_000 }),
    },
  ]
  test.each(refused)('that is $what, and nothing is left of it', async ({ bytes }) => {
    await expect(keep(await bytes())).rejects.toMatchObject({ kind: 'invalid', faults: { image: [NOT_AN_IMAGE] } })

    expect(await filesBelow()).toEqual([])
  })

  test('that is empty', async () => {
    await expect(keep(Buffer.alloc(0))).rejects.toMatchObject({ faults: { image: ['The submitted file is empty.'] } })
  })
})

const ONE_PIXEL_BITMAP = Buffer.from(
  '424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b000000000000000000000000ff00',
  'hex',
)

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1)

describe('a picture that is something else as well', () => {
  test.each(['png', 'jpeg', 'gif', 'webp'] as const)('keeps only what can be seen: %s', async (kind) => {
    const script = '<script>alert(1)</script>PK\u0003\u0004'
    const sent = Buffer.concat([await picture(kind), Buffer.from(script)])

    const path = await keep(sent, { width: 'orig' })

    expect((await kept(path)).toString('latin1')).not.toMatch(/<script|alert/)
  })
})

describe('names', () => {
  test.each([
    { filename: '../../../etc/passwd', base: 'passwd' },
    { filename: '/etc/cron.d/x', base: 'x' },
    { filename: 'C:\\photos\\Mouse 3 (left).JPG', base: 'Mouse_3_lef' },
    { filename: 'a\u0000b.png', base: 'ab' },
    { filename: '..', base: 'image' },
    { filename: '.png', base: 'image' },
    { filename: '', base: 'image' },
    { filename: '<img src=x>.png', base: 'img_srcx' },
    { filename: 'Mäuse-übersicht.png', base: 'Mäuse-übers' },
    { filename: '小鼠.png', base: '小鼠' },
    { filename: '🐭🐭.png', base: 'image' },
    { filename: `${'𠀀'.repeat(80)}.png`, base: '𠀀'.repeat(5) },
    { filename: 'x'.repeat(5000), base: 'x'.repeat(11) },
    { filename: '-rf.png', base: 'rf' },
    { filename: 'a\r\nb.png', base: 'a_b' },
  ])('"$filename" becomes $base', async ({ filename, base }) => {
    const path = await keep(await picture('png', { width: 8, height: 8 }), { filename })

    expect(path).toBe(`2026/03/02/${base}.${MOUSE}.${MOUSE}.png`)
    expect(path.length).toBeLessThanOrEqual(100)
    expect((await stat(join(root, path))).isFile()).toBe(true)
  })

  test('that are taken get another, also when many want the same at once', async () => {
    const sent = await picture('png', { width: 8, height: 8 })

    const paths = await Promise.all(Array.from({ length: 8 }, () => keep(sent, { filename: 'a very long name.png' })))

    expect(new Set(paths).size).toBe(8)
    expect(await filesBelow()).toHaveLength(8)
    for (const path of paths) expect(path.length).toBeLessThanOrEqual(100)
  })

  test('of identifiers that are none are refused', async () => {
    const sent = await picture('png', { width: 8, height: 8 })

    await expect(keep(sent, { objectId: '/../../../escaped' })).rejects.toThrow('is no file name')
    expect(await filesBelow()).toEqual([])
  })
})

describe('the folder', () => {
  test('is never left by a link that stands in it', async () => {
    await mkdir(join(parent, 'elsewhere'))
    await mkdir(join(root, '2026'), { recursive: true })
    await symlink(join(parent, 'elsewhere'), join(root, '2026', '03'))

    await expect(keep(await picture('png'))).rejects.toThrow('a link leads away')
    expect(
      await readdir(join(parent, 'elsewhere'), { recursive: true, withFileTypes: true }).then((all) =>
        all.filter((one) => one.isFile()),
      ),
    ).toEqual([])
  })

  test('gives back what was kept, and nothing after it is removed', async () => {
    const path = await keep(await picture('png'))

    expect(await store.find(path)).toMatchObject({ type: 'image/png', inline: true })
    await store.remove(path)
    await store.remove(path)
    expect(await store.find(path)).toBeUndefined()
    expect(await filesBelow()).toEqual([])
  })

  test.each(['', '.', '..', '../secret', '/etc/passwd', '2026', 'a\u0000b', 'x'.repeat(5000)])(
    'removes nothing for the path "%s"',
    async (path) => {
      const safe = await keep(await picture('png'))

      await store.remove(path).catch(() => undefined)

      expect(await store.find(safe)).toBeDefined()
    },
  )
})

describe('the width that is asked for', () => {
  test.each([
    { asked: undefined, is: 800 },
    { asked: '', is: 800 },
    { asked: 'orig', is: 'orig' },
    { asked: '100', is: 100 },
    { asked: ' 100 ', is: 100 },
    { asked: 100, is: 100 },
  ])('$asked means $is', ({ asked, is }) => expect(imageWidth(asked, 800)).toBe(is))

  test.each(['zz', '0', '-5', '1.5', '1e3', '99999999999999999999', 'NaN', 'ORIG', '16384'])(
    '%s is refused before anything is written',
    (asked) => expect(() => imageWidth(asked, 800)).toThrow(`or "orig", but got "${asked}"`),
  )
})
