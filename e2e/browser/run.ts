/**
 * The web application in a real browser, as people use it: signs in, walks through every model, changes and deletes rows.
 * `npm run test:browser [-- --part NAME] [--only TEXT] [--shots FOLDER]`: parts by name, checks by a word of what they
 * say; pictures of the pages are kept in the folder.
 */
import { mkdir } from 'node:fs/promises'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { administration } from './administration.ts'
import { animal } from './animal.ts'
import { beside } from './beside.ts'
import { theColony } from './colony.ts'
import { everyModel } from './every-model.ts'
import { extremes } from './extremes.ts'
import { theFiles } from './files.ts'
import { frame } from './frame.ts'
import { home } from './home.ts'
import { laboratory } from './laboratory.ts'
import { rowsOfOneModel } from './one-model.ts'
import { round } from './round.ts'
import { theSessions } from './sessions.ts'
import { theTasks } from './tasks.ts'
import type { Told } from './told.ts'
import { tours } from './tours.ts'
import { openBrowser } from './visitor.ts'
import { water } from './water.ts'

const { values } = parseArgs({
  options: { shots: { type: 'string' }, only: { type: 'string' }, part: { type: 'string', multiple: true } },
})
if (values.shots) await mkdir(values.shots, { recursive: true })

const PARTS: Readonly<Record<string, (told: Told) => Promise<void>>> = {
  frame,
  tours,
  'one-model': rowsOfOneModel,
  beside,
  'every-model': everyModel,
  round,
  tasks: theTasks,
  sessions: theSessions,
  colony: theColony,
  animal,
  water,
  home,
  administration,
  files: theFiles,
  extremes,
}
const chosen = values.part ?? Object.keys(PARTS)
const unknown = chosen.filter((name) => !PARTS[name])
if (unknown.length > 0)
  throw new Error(`no part is called ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)

let passed = 0
let failed = 0
/** One thing that has to be true; what went wrong is told, and the rest goes on. */
async function check(what: string, act: () => Promise<void>): Promise<void> {
  if (values.only && !what.includes(values.only)) return
  try {
    await act()
    passed += 1
    process.stdout.write(`  ✓ ${what}\n`)
  } catch (error) {
    failed += 1
    process.stdout.write(
      `  ✗ ${what}\n    ${(error instanceof Error ? (error.message ?? error.name) : String(error)).replaceAll('\n', '\n    ')}\n`,
    )
  }
}

const lab = await laboratory()
try {
  const browser = await openBrowser()
  try {
    const told = { browser, lab, check, shots: values.shots }
    for (const name of chosen) {
      const began = performance.now()
      await PARTS[name]!(told)
      process.stdout.write(`${name}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`)
    }
  } finally {
    await browser.close()
  }
} finally {
  await lab.end()
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
