import { describe, expect, test } from 'vitest'
import { placeAfter, resultOfKey } from '../src/colony/grid-keys.ts'
import { cellKey, readBlock, readResult } from '../src/colony/paste.ts'

const animals = ['Pv_0001', 'Pv_0002', 'Pv_0003'].map((title) => ({ id: title.toLowerCase(), title }))
const sequences = ['Cre', 'Pv WT'].map((title) => ({ id: title.toLowerCase().replace(' ', ''), title }))
const at = { row: 0, column: 0 }
const read = (text: string, where = at) => readBlock(text, { animals, sequences, at: where })
const results = (text: string, where = at) =>
  Object.fromEntries(
    [...read(text, where).cells].map(([key, cell]) => [key, 'result' in cell ? cell.result : cell.text]),
  )

describe('a block from a spreadsheet', () => {
  test('lies at the chosen cell when it has no names', () => {
    expect(results('1\t0\r\n+\t-\r\n', { row: 1, column: 0 })).toEqual({
      [cellKey('pv_0002', 'cre')]: 1,
      [cellKey('pv_0002', 'pvwt')]: 0,
      [cellKey('pv_0003', 'cre')]: 1,
      [cellKey('pv_0003', 'pvwt')]: 0,
    })
  })

  test('with names in its first column goes to the animals, in whatever order and case', () => {
    expect(results('pv_0003\t1\nPV_0001\t0')).toEqual({
      [cellKey('pv_0003', 'cre')]: 1,
      [cellKey('pv_0001', 'cre')]: 0,
    })
  })

  test('with sequences in its first line goes to their columns', () => {
    expect(results('animal\tPv WT\tCre\nPv_0002\t0\t1')).toEqual({
      [cellKey('pv_0002', 'pvwt')]: 0,
      [cellKey('pv_0002', 'cre')]: 1,
    })
    expect(results('Pv WT\n1\n0')).toEqual({ [cellKey('pv_0001', 'pvwt')]: 1, [cellKey('pv_0002', 'pvwt')]: 0 })
  })

  test('keeps what nobody understands in its cell, with the reason', () => {
    const { cells } = read('maybe\t1')
    expect(cells.get(cellKey('pv_0001', 'cre'))).toEqual({
      text: 'maybe',
      fault: '"maybe" is neither present (1, +) nor absent (0, -)',
    })
    expect(cells.get(cellKey('pv_0001', 'pvwt'))).toEqual({ result: 1 })
  })

  test('loses nothing that finds no place: strange animals, sequences, and cells beyond the grid', () => {
    const strange = read('x\tCre\tFlp\nPv_0001\t1\t0\nSst_0009\t1\t1')
    expect([...strange.cells.keys()]).toEqual([cellKey('pv_0001', 'cre')])
    expect(strange.leftover.map(({ text }) => text)).toEqual(['Flp', 'Sst_0009\t1\t1'])

    const beyond = read('1\t0\t1\n1\n1\n1')
    expect(beyond.cells.size).toBe(4)
    expect(beyond.leftover.map(({ text }) => text)).toEqual(['Pv_0001\t1', '1'])
  })

  test('leaves cells alone that are empty in it', () => {
    expect(results('\t1\n\n0\t\n')).toEqual({ [cellKey('pv_0001', 'pvwt')]: 1, [cellKey('pv_0003', 'cre')]: 0 })
    expect(read('').cells.size).toBe(0)
  })

  test('reads the words of laboratories and machines', () => {
    for (const word of ['1', '+', ' Present ', 'POS', 'yes']) expect(readResult(word)).toEqual({ result: 1 })
    for (const word of ['0', '-', '−', '–', 'absent', 'neg']) expect(readResult(word)).toEqual({ result: 0 })
    expect(readResult('  ')).toBeUndefined()
    expect(readResult('2')).toHaveProperty('fault')
    expect(readResult('+/-')).toHaveProperty('fault')
  })
})

describe('keys in the grid', () => {
  test('walk, and stop at its edges', () => {
    expect(placeAfter('ArrowDown', { row: 0, column: 1 }, 3, 2)).toEqual({ row: 1, column: 1 })
    expect(placeAfter('ArrowDown', { row: 2, column: 1 }, 3, 2)).toEqual({ row: 2, column: 1 })
    expect(placeAfter('ArrowLeft', { row: 1, column: 0 }, 3, 2)).toEqual({ row: 1, column: 0 })
    expect(placeAfter('End', { row: 1, column: 0 }, 3, 2)).toEqual({ row: 1, column: 1 })
    expect(placeAfter('Home', { row: 1, column: 1 }, 3, 2)).toEqual({ row: 1, column: 0 })
    expect(placeAfter('PageDown', { row: 0, column: 0 }, 3, 2)).toEqual({ row: 2, column: 0 })
    expect(placeAfter('a', { row: 0, column: 0 }, 3, 2)).toBeUndefined()
  })

  test('stand for results', () => {
    expect(['1', '+', '0', '-', 'Delete', 'x', 'toString'].map(resultOfKey)).toEqual([
      1,
      1,
      0,
      0,
      null,
      undefined,
      undefined,
    ])
  })
})
