import { describe, expect, test } from 'vitest'
import { AnsiLines, linesWith, marked, textOf } from '../src/tasks/ansi-lines.ts'

const read = (...pieces: string[]) => {
  const log = new AnsiLines()
  for (const piece of pieces) log.add(piece)
  log.end()
  return log.lines
}
const RED = '\u001b[31m'
const BOLD = '\u001b[1m'
const PLAIN = '\u001b[0m'

describe('lines of a log', () => {
  test('have the colours that a program asked for, over the ends of lines', () => {
    expect(read(`found ${RED}none${PLAIN} here\n${RED}${BOLD}first\nsecond${PLAIN}\nthird\n`)).toEqual([
      [
        { text: 'found ', look: '' },
        { text: 'none', look: 'ansi-red' },
        { text: ' here', look: '' },
      ],
      [{ text: 'first', look: 'ansi-red ansi-bold' }],
      [{ text: 'second', look: 'ansi-red ansi-bold' }],
      [{ text: 'third', look: '' }],
    ])
  })

  test('are the same however they come in pieces', () => {
    const whole = `one ${RED}red${PLAIN}\r\ntwo\u001b[38;5;200m pink${PLAIN}\nthree`
    expect(read(...whole)).toEqual(read(whole))
  })

  test('show of a bar of progress what a terminal would', () => {
    expect(read('10 %\r 50 %\r100 %\nnext\n').map(textOf)).toEqual(['100 %', 'next'])
  })

  test('are without what else programs tell terminals', () => {
    expect(read('\u001b]0;title\u0007a\u001b[2Kb\u001b[?25lc\u0000\n').map(textOf)).toEqual(['abc'])
  })

  test('keep markup as text, empty lines, and colours that have no name', () => {
    expect(read('<b>\n\n\u001b[38;2;10;20;30mx\u001b[38;5;9my\u001b[38;5;240mz\n')).toEqual([
      [{ text: '<b>', look: '' }],
      [],
      [
        { text: 'x', look: '', colour: '10, 20, 30' },
        { text: 'y', look: 'ansi-bright-red' },
        { text: 'z', look: '', colour: '88, 88, 88' },
      ],
    ])
  })

  test('show the last one before it has ended', () => {
    const log = new AnsiLines()
    log.add(`ready\nworking ${RED}on\u001b[`)
    expect(log.lines.map(textOf)).toEqual(['ready', 'working on'])
    log.add('0m it\n')
    expect(log.lines[1]).toEqual([
      { text: 'working ', look: '' },
      { text: 'on', look: 'ansi-red' },
      { text: ' it', look: '' },
    ])
  })
})

describe('a text in a log', () => {
  const lines = read(`An Error: ${RED}err${PLAIN}or again\nfine\n`)

  test('is found whatever its case', () => {
    expect(linesWith(lines, 'ERROR')).toEqual([0])
    expect(linesWith(lines, '')).toEqual([])
  })

  test('is marked, also over the edge of a colour', () => {
    expect(marked(lines[0]!, 'error').map(({ text, found }) => [text, found])).toEqual([
      ['An ', false],
      ['Error', true],
      [': ', false],
      ['err', true],
      ['or', true],
      [' again', false],
    ])
  })
})
