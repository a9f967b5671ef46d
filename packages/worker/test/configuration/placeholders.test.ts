import { describe, expect, test } from 'vitest'
import { CannotFill, filled, filledPath, PLACEHOLDERS, type Values } from '../../src/configuration/placeholders.ts'

const values = (more: object): Values =>
  ({ ...Object.fromEntries(Object.keys(PLACEHOLDERS).map((name) => [name, undefined])), given: {}, ...more }) as Values

describe('words of a command', () => {
  test('are filled with what the task says', () => {
    const task = values({
      subject: 'KS014',
      number3: '001',
      given: { sorter: 'ks4', rate: 30_000, probes: ['a', 'b'] },
    })

    expect(filled('{subject}_{number3}', task)).toBe('KS014_001')
    expect(filled('--sorter={arguments.sorter}', task)).toBe('--sorter=ks4')
    expect(filled('{arguments.rate} {arguments.probes}', task)).toBe('30000 ["a","b"]')
    expect(filled('{{"a": {{1}}}}', task)).toBe('{"a": {1}}')
  })

  test('stay one word, whatever the task says', () => {
    expect(filled('{subject}', values({ subject: '; rm -rf / $(x) "' }))).toBe('; rm -rf / $(x) "')
  })

  test.each(['{session}', '{arguments.absent}', '{arguments.constructor}'])('that need %s are not made up', (word) => {
    expect(() => filled(word, values({}))).toThrow(CannotFill)
  })
})

describe('the path of a folder', () => {
  test('is filled name by name', () => {
    expect(filledPath('/data/{lab}/Subjects/{subject}', values({ lab: 'a b', subject: 'x..y' }))).toBe(
      '/data/a b/Subjects/x..y',
    )
  })

  test.each(['..', '.', '../../etc', 'a/b', 'a\\b', ''])(
    'does not lead elsewhere by a subject called %j',
    (subject) => {
      expect(() => filledPath('/data/{subject}', values({ subject }))).toThrow('cannot be the name of a folder')
    },
  )
})
