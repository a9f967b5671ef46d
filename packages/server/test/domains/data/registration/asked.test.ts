import { describe, expect, test } from 'vitest'
import { readPlace, readRegistration } from '../../../../src/domains/data/registration/asked.ts'

const PATH = 'KS014/2026-03-02/001'
const TWO = ['a.b.npy', 'alf/c.d.npy']
const asked = (given: object) => readRegistration(new Map(Object.entries({ path: PATH, filenames: TWO, ...given })))
const place = (given: object) => readPlace(new Map(Object.entries(given)))

describe('lists with a value for each file', () => {
  test.each([
    { given: { hashes: ['x', null] }, reads: { hash: ['x', ''] } },
    { given: { hashes: 'x,y' }, reads: { hash: ['x', 'y'] } },
    { given: { hashes: null }, reads: { hash: ['', ''] } },
    { given: { hashes: '' }, reads: { hash: ['', ''] } },
    { given: { filesizes: [1, null] }, reads: { file_size: [1, null] } },
    { given: { filesizes: '1,20' }, reads: { file_size: [1, 20] } },
    { given: { filesizes: ['3', '4.0'] }, reads: { file_size: [3, 4] } },
    { given: { filesizes: [2n ** 60n, 0] }, reads: { file_size: [2n ** 60n, 0] } },
    { given: { versions: 'v1' }, reads: { version: ['v1', 'v1'] } },
    { given: { versions: ['1.0', '1.1'] }, reads: { version: ['1.0', '1.1'] } },
    { given: { qc: 'FAIL' }, reads: { qc: ['FAIL', 'FAIL'] } },
    { given: { qc: '10,critical' }, reads: { qc: ['10', 'critical'] } },
    { given: { qc: [10, 'PASS'] }, reads: { qc: ['10', 'PASS'] } },
  ])('$given', ({ given, reads }) => {
    const [key, values] = Object.entries(reads)[0]!

    expect(asked(given).files.map((file) => file[key as keyof typeof file])).toEqual(values)
  })

  test('one number is the size of one file', () => {
    expect(asked({ filenames: ['a.b.npy'], filesizes: 12 }).files[0]?.file_size).toBe(12)
  })

  test.each([
    { given: { hashes: ['x'] }, refused: 'hashes has 1 value for 2 files: it needs one for each, in the same order.' },
    { given: { hashes: 'x' }, refused: 'hashes has 1 value for 2 files' },
    { given: { filesizes: [1, 2, 3] }, refused: 'filesizes has 3 values for 2 files' },
    { given: { filesizes: 12 }, refused: 'filesizes has 1 value for 2 files' },
    { given: { versions: ['v1'] }, refused: 'versions has 1 value for 2 files' },
    { given: { qc: ['PASS'] }, refused: 'qc has 1 value for 2 files' },
    { given: { filesizes: ['x', 1] }, refused: 'filesizes must be a list of whole numbers of bytes' },
    { given: { filesizes: ['1.5', 1] }, refused: 'and "1.5" is none' },
    { given: { hashes: [{}, 'a'] }, refused: 'hashes must be a list of texts' },
    { given: { hashes: { a: 1 } }, refused: 'hashes must be a list of texts' },
    { given: { filenames: null }, refused: 'filenames must be a list of texts' },
  ])('$given is refused', ({ given, refused }) => {
    expect(() => asked(given)).toThrow(refused)
  })
})

describe('flags', () => {
  test.each([
    { given: {}, on: true },
    { given: { default: true }, on: true },
    { given: { default: false }, on: false },
    { given: { default: null }, on: false },
    { given: { default: 'True' }, on: true },
    { given: { default: 'true' }, on: false },
    { given: { default: '1' }, on: false },
    { given: { default: 1 }, on: true },
    { given: { default: 0 }, on: false },
  ])('$given: $on', ({ given, on }) => {
    expect(asked(given).default).toBe(on)
  })
})

describe('where the files lie', () => {
  test('a name of a repository comes before that of a machine', () => {
    expect(place({ name: 'server', hostname: 'data.example.org' }).repository).toEqual({ by: 'name', value: 'server' })
    expect(place({ name: null, hostname: 'data.example.org' }).repository).toEqual({
      by: 'hostname',
      value: 'data.example.org',
    })
    expect(place({}).repository).toBeUndefined()
  })

  test('labs may be called projects, and empty names are dropped', () => {
    expect(place({ labs: 'one,', projects: ['two'] }).labs).toEqual(['one', 'two'])
  })

  test.each([
    { path: PATH, file: 'a.b.npy', relative: 'KS014/2026-03-02/001/a.b.npy' },
    { path: '\\KS014\\2026-03-02\\001\\', file: 'a.b.npy', relative: 'KS014/2026-03-02/001/a.b.npy' },
    { path: '/KS014//2026-03-02/1/alf', file: 'a.b.npy', relative: 'KS014/2026-03-02/1/alf/a.b.npy' },
    { path: PATH, file: 'alf/#v1#/a.b.npy', relative: 'KS014/2026-03-02/001/alf/#v1#/a.b.npy' },
    { path: `${PATH}/alf/#v1#`, file: 'a.b.npy', relative: 'KS014/2026-03-02/001/alf/#v1#/a.b.npy' },
  ])('$file of $path lies at $relative', ({ path, file, relative }) => {
    expect(asked({ path, filenames: [file] }).files[0]?.relative_path).toBe(relative)
  })

  test('a file of no session lies where its path says', () => {
    const of = { path: 'Subjects/aggregates/#v1#', content_type: 'subject', object_id: 'x' }

    expect(asked({ ...of, filenames: ['a.b.npy'] }).files[0]).toMatchObject({
      relative_path: 'Subjects/aggregates/#v1#/a.b.npy',
      collection: 'Subjects/aggregates',
      revision: 'v1',
    })
  })

  test.each([
    { given: { path: '' }, refused: 'The path argument is required.' },
    { given: { path: 'zz' }, refused: 'The path zz should be `nickname/YYYY-MM-DD/n/...' },
    { given: { path: 5 }, refused: 'path must be a text.' },
    { given: { filenames: ['../../a.b.npy'] }, refused: 'The file is "../../a.b.npy".' },
    { given: { filenames: ['sub+x/a.b.npy'] }, refused: 'The file is "sub+x/a.b.npy".' },
    { given: { filenames: ['/abs/a.b.npy'] }, refused: 'Invalid ALF path. Only letters' },
    { given: { filenames: ['#v1#/x/a.b.npy'] }, refused: 'Invalid ALF path. There must be only 1 revision' },
    { given: { content_type: 'subject' }, refused: 'Both content_type and object_id' },
    { given: { object_id: 'x' }, refused: 'Both content_type and object_id' },
  ])('$given is refused', ({ given, refused }) => {
    expect(() => asked(given)).toThrow(refused)
  })
})
