import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { program } from '../../src/command/program.ts'

const guide = readFileSync(fileURLToPath(new URL('../../../../docs/guides/pipelines.md', import.meta.url)), 'utf8')

describe('the guide for authors of pipelines', () => {
  const used = [...guide.matchAll(/(?:^|[`| ])alyx-worker ([a-z][a-z-]*)((?: --?[a-z-]+(?: [^\s`|]+)?)*)/gm)]

  test('has been seen whole', () => expect(used.length).toBeGreaterThan(8))

  test.each(used.map(([line, name = '', options = '']) => ({ line: line.trim(), name, options })))(
    'names a command and options that are there: $line',
    ({ name, options }) => {
      const command = program().commands.find((one) => one.name() === name)
      const known = command?.options.map(({ long }) => long)

      expect(command?.name()).toBe(name)
      for (const [option] of options.matchAll(/--[a-z-]+/g)) expect(known).toContain(option)
    },
  )
})

test('every command has an example', () => {
  for (const command of program().commands) {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    expect(help).toContain(`alyx-worker ${command.name()}`)
    expect(help).toContain('Example:')
  }
})
