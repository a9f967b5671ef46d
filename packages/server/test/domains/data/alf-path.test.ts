import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FilesRefused,
  fileNames,
  parseSessionPath,
  placeInSession,
  placeOfAggregate,
} from '../../../src/domains/data/alf-path.ts'

const CHARACTERS =
  'Invalid ALF path. Only letters, numbers, hyphen and underscores allowed. A revision folder must be surrounded by pound signs (#).'
const ONE_REVISION =
  'Invalid ALF path. There must be only 1 revision and it cannot containsub folders. A revision folder must be surrounded by pound signs (#).'

const refusal = (work: () => unknown): FilesRefused => {
  try {
    work()
  } catch (error) {
    if (error instanceof FilesRefused) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the path of a session', () => {
  test.each([
    { path: 'KS014/2020-03-01/001', subject: 'KS014', number: 1, folders: [] },
    { path: 'KS014/2020-03-01/1', subject: 'KS014', number: 1, folders: [] },
    { path: 'KS.0-14_b/2020-03-01/999/', subject: 'KS.0-14_b', number: 999, folders: [] },
    { path: 'Zoë_2/2024-02-29/3/alf/probe00', subject: 'Zoë_2', number: 3, folders: ['alf', 'probe00'] },
    { path: 'KS014\\2020-03-01\\001\\alf', subject: 'KS014', number: 1, folders: ['alf'] },
    { path: 'KS014//2020-03-01/001//alf/', subject: 'KS014', number: 1, folders: ['alf'] },
  ])('$path names session $number of $subject', ({ path, ...expected }) => {
    expect(parseSessionPath(path)).toMatchObject(expected)
  })

  test.each([
    'zz',
    'churchlandlab/Subjects/KS014/2020-03-01/001',
    '/KS014/2020-03-01/001',
    'KS014/2020-03-01',
    'KS014/2020-03-01/one',
    'KS014/2020-03-01/0001',
    'KS014/2020-02-30/001',
    'KS014/2020-13-01/001',
    'KS014/0000-01-01/001',
    'KS 014/2020-03-01/001',
  ])('%s names none, and the answer says how it should look', (path) => {
    expect(refusal(() => parseSessionPath(path))).toMatchObject({
      problem: 'malformed_path',
      message: `The path ${path} should be \`nickname/YYYY-MM-DD/n/...`,
    })
  })

  test.each(['', '/', '\\'])('%j is no path at all', (path) => {
    expect(refusal(() => parseSessionPath(path))).toMatchObject({
      problem: 'no_path',
      message: 'The path argument is required.',
    })
  })
})

describe('a file of a session', () => {
  const place = (file: string, below = '') => placeInSession(parseSessionPath(`KS014/2020-03-01/001${below}`), file)

  test.each([
    { file: 'spikes.times.npy', collection: '', revision: '' },
    { file: 'alf/probe00/spikes.times.npy', collection: 'alf/probe00', revision: '' },
    { file: 'alf/#2024-05-06#/spikes.times.npy', collection: 'alf', revision: '2024-05-06' },
    { file: '#v1.2_b#/spikes.times.npy', collection: '', revision: 'v1.2_b' },
    { file: 'spikes.times.npy', below: '/alf/probe00', collection: 'alf/probe00', revision: '' },
    { file: 'probe00/spikes.times.npy', below: '/alf', collection: 'alf/probe00', revision: '' },
    { file: 'spikes.times.npy', below: '/alf/#2024-05-06#', collection: 'alf', revision: '2024-05-06' },
    { file: 'größe/spikes.times.npy', collection: 'größe', revision: '' },
  ])('$file below "$below" lies in "$collection", revision "$revision"', ({ file, below, ...expected }) => {
    expect(place(file, below)).toEqual({ file, name: 'spikes.times.npy', ...expected })
  })

  test.each([
    { file: 'alf/#v1#/sub/a.b.npy' },
    { file: '#v1#/#v2#/a.b.npy' },
    { file: 'sub/a.b.npy', below: '/#v1#' },
    { file: '#v2#/a.b.npy', below: '/alf/#v1#' },
  ])('$file below "$below" has folders below its revision', ({ file, below }) => {
    expect(refusal(() => place(file, below)).message).toBe(ONE_REVISION)
  })

  test('a name that begins at the root is refused', () => {
    expect(refusal(() => place('/abs/wheel.position.npy')).message).toBe(CHARACTERS)
  })

  test.each([
    { file: '../../a.b.npy' },
    { file: 'alf/../a.b.npy' },
    { file: './a.b.npy' },
    { file: 'sub+x/a.b.npy' },
    { file: 'my folder/a.b.npy' },
    { file: '#v1/a.b.npy' },
    { file: '##/a.b.npy' },
    { file: '#v+1#/a.b.npy' },
    { file: 'alf\0/a.b.npy' },
    { file: 'a.b.npy', below: '/..' },
  ])('$file below "$below" is refused by name', ({ file, below }) => {
    expect(refusal(() => place(file, below))).toMatchObject({
      problem: 'invalid_alf_path',
      message: `${CHARACTERS} The file is "${file}".`,
    })
  })

  test('whatever is asked, no folder leads out of the session', () => {
    const part = fc.constantFrom('..', '.', 'alf', '#v1#', '/', '//', '\\', '#', 'probe 00', 'a.b.npy', '')
    fc.assert(
      fc.property(fc.array(part), fc.array(part), (folders, file) => {
        try {
          const { collection, revision, name } = place(file.join('/'), `/${folders.join('/')}`)
          for (const folder of collection === '' ? [] : collection.split('/'))
            expect(folder).toMatch(/^(?!\.{1,2}$)[\w.-]+$/)
          expect(revision).toMatch(/^[\w.-]*$/)
          expect(name).not.toContain('/')
        } catch (error) {
          if (!(error instanceof FilesRefused)) throw error
        }
      }),
    )
  })

  test('it does not matter where the path ends and the name begins', () => {
    const folder = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/)
    fc.assert(
      fc.property(fc.array(folder), fc.array(folder), fc.option(folder), (above, below, revision) => {
        const all = [...above, ...below, ...(revision === null ? [] : [`#${revision}#`])]
        const expected = { name: 'a.b.npy', collection: [...above, ...below].join('/'), revision: revision ?? '' }
        const split = place([...all.slice(above.length), 'a.b.npy'].join('/'), ['', ...above].join('/'))

        expect(split).toMatchObject(expected)
        expect(place([...all, 'a.b.npy'].join('/'))).toMatchObject(expected)
      }),
    )
  })
})

describe('a file of no session', () => {
  test.each([
    { path: 'Subjects/aggregates', file: 'a.b.npy', collection: 'Subjects/aggregates', revision: '' },
    { path: 'Subjects\\aggregates\\', file: 'a.b.npy', collection: 'Subjects/aggregates', revision: '' },
    { path: 'Subjects/#v1#', file: 'a.b.npy', collection: 'Subjects', revision: 'v1' },
    { path: 'Subjects', file: 'sub/#v2#/a.b.npy', collection: 'Subjects/sub', revision: 'v2' },
  ])('$file in $path lies in "$collection", revision "$revision"', ({ path, file, ...expected }) => {
    expect(placeOfAggregate(path, file)).toEqual({ file, name: 'a.b.npy', ...expected })
  })

  test.each([
    { path: 'bad+chars/x', file: 'a.b.npy' },
    { path: '/Subjects', file: 'a.b.npy' },
    { path: 'Subjects', file: '/a.b.npy' },
    { path: 'Subjects/#v1#', file: 'sub/a.b.npy' },
    { path: 'Subjects/#v1#', file: '#v2#/a.b.npy' },
  ])('$file in $path is refused', ({ path, file }) => {
    expect(refusal(() => placeOfAggregate(path, file)).message).toBe(CHARACTERS)
  })

  test('a step to the folder above is refused by name', () => {
    expect(refusal(() => placeOfAggregate('Subjects/..', 'a.b.npy')).message).toBe(
      `${CHARACTERS} The file is "a.b.npy".`,
    )
  })

  test('needs a path', () => {
    expect(refusal(() => placeOfAggregate('', 'a.b.npy')).problem).toBe('no_path')
  })
})

describe('names of files', () => {
  test.each([
    { given: ['a.npy', 'b.npy'], read: ['a.npy', 'b.npy'] },
    { given: 'a.npy,b.npy', read: ['a.npy', 'b.npy'] },
    { given: 'a.npy', read: ['a.npy'] },
    { given: ',a.npy,', read: ['a.npy'] },
    { given: ['', 'a,b.npy'], read: ['a,b.npy'] },
    { given: undefined, read: [] },
    { given: [], read: [] },
  ])('$given reads as $read', ({ given, read }) => {
    expect(fileNames(given)).toEqual(read)
  })

  test.each([[5], [null], [[5]], [{ a: 1 }], [['a.npy', null]]])('%j is refused', (given) => {
    expect(refusal(() => fileNames(given)).problem).toBe('malformed_list')
  })
})
