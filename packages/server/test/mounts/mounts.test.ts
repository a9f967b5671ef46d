import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Mounts, readMounts } from '../../src/mounts/index.ts'

let folder: string
let mounts: Mounts
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-mounts-'))
  await mkdir(join(folder, 'share/mouse/logs'), { recursive: true })
  await mkdir(join(folder, 'inner'))
  await writeFile(join(folder, 'secret.log'), 'secret')
  await writeFile(join(folder, 'share/mouse/logs/a.log'), 'found 31 pulses')
  await writeFile(join(folder, 'share/mouse/logs/empty.log'), '')
  await writeFile(join(folder, 'inner/b.log'), 'inner')
  await symlink(join(folder, 'secret.log'), join(folder, 'share/mouse/logs/link.log'))
  await symlink(folder, join(folder, 'share/away'))
  await symlink('a.log', join(folder, 'share/mouse/logs/same.log'))
  mounts = new Mounts([
    { network: '//cajal/data', local: join(folder, 'share') },
    { network: '//cajal/data/inner', local: join(folder, 'inner') },
  ])
})
afterAll(() => rm(folder, { recursive: true }))

const read = async (path: string, from = 0, most = 100) => (await mounts.read(path, from, most))?.bytes.toString()

describe('mappings', () => {
  test.each([
    ['//cajal/data=/mnt/cajal', [{ network: '//cajal/data', local: '/mnt/cajal' }]],
    ['\\\\Cajal\\data\\ = /mnt/cajal', [{ network: '//Cajal/data', local: '/mnt/cajal' }]],
    [
      '//a/b=/c,/d=/e',
      [
        { network: '//a/b', local: '/c' },
        { network: '/d', local: '/e' },
      ],
    ],
    ['//a/b', undefined],
    ['//a/b=c', undefined],
    ['a=/c', undefined],
    ['//a/../b=/c', undefined],
    ['//a/b=/c=/d', undefined],
    ['//a/b=/c,', undefined],
  ])('%j', (text, mapped) => {
    expect(readMounts(text)).toEqual(mapped)
  })
})

describe('files', () => {
  test('are found under the paths of the network, however Windows writes them', async () => {
    expect(await read('//cajal/data/mouse/logs/a.log')).toBe('found 31 pulses')
    expect(await read('\\\\CAJAL\\Data\\mouse\\logs\\a.log')).toBe('found 31 pulses')
    expect(await read('//cajal/data//mouse/logs/a.log')).toBe('found 31 pulses')
  })

  test('are read in parts', async () => {
    expect(await mounts.read('//cajal/data/mouse/logs/a.log', 6, 2)).toEqual({
      from: 6,
      bytes: Buffer.from('31'),
      length: 15,
    })
    expect(await mounts.read('//cajal/data/mouse/logs/a.log', 99, 2)).toMatchObject({ from: 15, length: 15 })
    expect(await mounts.read('//cajal/data/mouse/logs/empty.log', 0, 2)).toMatchObject({ length: 0 })
  })

  test('the most exact mapping leads to them', async () => {
    expect(await read('//cajal/data/inner/b.log')).toBe('inner')
  })

  test('links inside of a share are followed', async () => {
    expect(await read('//cajal/data/mouse/logs/same.log')).toBe('found 31 pulses')
  })

  test.each([
    '//cajal/data/../secret.log',
    '//cajal/data/mouse/../../secret.log',
    '//cajal/data/mouse\\..\\..\\secret.log',
    '//cajal/data/mouse/logs/link.log',
    '//cajal/data/away/secret.log',
    '//cajal/data/away/share/../secret.log',
    '//cajal/data/mouse/logs/a.log\0.log',
    '//cajal/data/mouse/logs',
    '//cajal/data',
    '//cajal/database/mouse/logs/a.log',
    '//other/data/mouse/logs/a.log',
    '//cajal/data/mouse/logs/none.log',
  ])('%j is not one of them', async (path) => {
    expect(await read(path)).toBeUndefined()
  })

  test('many who read at once are all answered', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => read('//cajal/data/mouse/logs/a.log')))
    expect(new Set(all)).toEqual(new Set(['found 31 pulses']))
  })

  test('a socket is no file', async () => {
    const server = createServer().listen(join(folder, 'share/socket.log'))
    await once(server, 'listening')
    expect(await read('//cajal/data/socket.log')).toBeUndefined()
    server.close()
  })
})
