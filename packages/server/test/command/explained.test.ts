import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { explained, Refusal } from '../../src/command/explained.ts'
import { DatabaseStartError } from '../../src/database/index.ts'
import { Refused } from '../../src/records/index.ts'

test('what a person can put right is told in sentences, without a stack', async () => {
  const missing = await readFile('/no/such/file').catch((error) => error)

  expect(explained(new Refusal('Do this.'))).toBe('Do this.')
  expect(explained(new Refused('missing', 'No lab is called "nowhere".'))).toBe('No lab is called "nowhere".')
  expect(explained(new DatabaseStartError('Start it.'))).toBe('Start it.')
  expect(explained(missing)).toBe('There is no file /no/such/file.')
})

test('our own mistakes are told with everything a report needs', () => {
  expect(explained(new TypeError('x is not a function'))).toMatch(/mistake in Alyx.*x is not a function\n\s+at /s)
})
