import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { program } from '../../src/command/program.ts'
import { allPages, alyxCommands, anchorsOf, linksOf, readPage, root } from './markdown.ts'

const pages = allPages()
const FEWEST_PAGES = 12

test('the documentation has been seen whole', () => {
  expect(pages.length).toBeGreaterThanOrEqual(FEWEST_PAGES)
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(50)
})

test.each(pages)('every link of $path leads to a file, and to a heading that is there', (page) => {
  const lost = linksOf(page).filter(({ path, anchor }) => {
    if (!existsSync(join(root, path))) return true
    return anchor !== '' && !anchorsOf(readPage(path)).includes(anchor)
  })

  expect(lost.map(({ target }) => target)).toEqual([])
})

/** Variables that are for developers or of other programs, and therefore in no table of settings. */
const NO_SETTINGS = ['ALYX_TEST_DATABASE_URL', 'NAME_FILE']
/** What `alyx-worker` reads, and tells the commands that it runs; its own tests know them. */
const OF_WORKERS =
  /^ALYX_(?:TOKEN(?:_FILE)?|WORKER_CONFIGURATION|FOLDER|URL|USER|TASK(?:_NAME|_FILE)?|ATTEMPT(?:_NUMBER)?|EXECUTABLE|GRAPH|SESSION|LAB|SUBJECT|DATE|NUMBER|REPOSITORY|CPU|RAM_GB|GPUS|HERE|WORK_FOLDER|ARGUMENTS_FILE)$/
const SETTING = /\b(?:ALYX|DJANGO|POSTGRES|THROTTLE)_[A-Z0-9_]+\b|\bDATABASE_URL(?:_FILE)?\b/g

test('every setting that a page names is in the table of settings', () => {
  const table = readPage('docs/settings.md').text
  const known = new Set([...table.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name!))
  const named = pages.flatMap(({ path, text }) => [...text.matchAll(SETTING)].map(([name]) => ({ path, name })))

  const unknown = named.filter(
    ({ name }) =>
      !known.has(name) &&
      !known.has(name.replace(/_FILE$/, '')) &&
      !NO_SETTINGS.includes(name) &&
      !OF_WORKERS.test(name),
  )

  expect(named.length).toBeGreaterThan(20)
  expect(unknown).toEqual([])
})

/** The command that these words run, and the words left for it; undefined where a command of its own is missing. */
function found(
  command: Command,
  [first, ...rest]: readonly string[],
): { command: Command; rest: string[] } | undefined {
  const inner = command.commands.find((one) => one.name() === first)
  if (inner) return found(inner, rest)
  return command.commands.length > 0 ? undefined : { command, rest: first === undefined ? [] : [first, ...rest] }
}

function problemOf(words: readonly string[]): string | undefined {
  if (words[0]?.startsWith('-')) return words[0] === '--help' ? undefined : `no option ${words[0]}`
  const at = found(program(), words)
  if (!at) return 'no such command'
  const options = at.command.options.flatMap(({ short, long }) => [short, long])
  const unknown = at.rest.filter((word) => /^--?[a-z]/.test(word) && word !== '--help' && !options.includes(word))
  return unknown.length > 0 ? `no option ${unknown.join(' ')}` : undefined
}

test.each(pages.filter((page) => alyxCommands(page).length > 0))('every command in $path can be run', (page) => {
  const wrong = alyxCommands(page).flatMap((words) => {
    const problem = problemOf(words)
    return problem === undefined ? [] : [`alyx ${words.join(' ')}: ${problem}`]
  })

  expect(wrong).toEqual([])
})

test('the guide to commands shows every command', () => {
  const names = (command: Command, before: readonly string[]): string[] =>
    command.commands.flatMap((one) => {
      const words = [...before, one.name()]
      return one.commands.length > 0 ? names(one, words) : [words.join(' ')]
    })
  const shown = alyxCommands(readPage('docs/guides/commands.md')).map((words) => words.join(' '))

  const missing = names(program(), []).filter((name) => !shown.some((line) => `${line} `.startsWith(`${name} `)))

  expect(missing).toEqual([])
})

test('npm runs every script that a page names', () => {
  const { scripts } = JSON.parse(readPage('package.json').text) as { scripts: Record<string, string> }
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, name]) => ({ path, name: name! })),
  )

  expect(named.length).toBeGreaterThan(5)
  expect(named.filter(({ name }) => !(name in scripts))).toEqual([])
})
