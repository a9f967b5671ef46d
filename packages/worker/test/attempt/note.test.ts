import { expect, test } from 'vitest'
import { readNote } from '../../src/attempt/note.ts'

test.each([
  ['::alyx progress=0.25', { progress: 0.25 }],
  ['::alyx progress=40% step=sorting', { progress: 0.4, step: 'sorting' }],
  ['::alyx step="spike sorting" message="half \\"done\\""', { step: 'spike sorting', message: 'half "done"' }],
  ['::alyx progress=1 message=all of it = done\r', { progress: 1, message: 'all of it = done' }],
  ['::alyx version=1.2.0 outcome=incomplete', { version: '1.2.0', outcome: 'Incomplete' }],
  [
    '::alyx transient=true error_type=DiskFull error=No space left',
    { transient: true, error_type: 'DiskFull', error: 'No space left' },
  ],
])('%s', (line, note) => expect(readNote(line)).toEqual(note))

test.each([
  '::alyx',
  '::alyx ',
  '::alyx hello',
  '::alyx progress=2',
  '::alyx progress=-0.1',
  '::alyx progress=',
  '::alyx progress=0.5 unknown=1',
  '::alyx outcome=wonderful',
  '::alyx message="quoted" and more',
  '::alyx transient=perhaps',
])('%s is a line like any other', (line) => expect(readNote(line)).toBeUndefined())

test('long words are cut between characters', () => {
  const { message = '' } = readNote(`::alyx message=${'🐭'.repeat(400)}`) ?? {}

  expect(message.length).toBe(250)
  expect(message.isWellFormed()).toBe(true)
})
