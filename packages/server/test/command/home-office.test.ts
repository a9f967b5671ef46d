import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { alyx } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-returns-'))
  scratch = await demoDatabase()
})
afterAll(async () => {
  await scratch.drop()
  rmSync(folder, { recursive: true })
})

const run = (line: string) => alyx(line.split(' '), { cwd: folder, env: { DATABASE_URL: scratch.url } })

describe('alyx home-office', { timeout: 60_000 }, () => {
  test('writes a file for each list and says how many animals are on it', async () => {
    const { code, out } = await run('home-office 2025-01-01 2026-03-01')

    expect(code).toBe(0)
    const files = readdirSync(join(folder, 'homeoffice'))
    expect(files).toHaveLength(15)
    const all = readFileSync(join(folder, 'homeoffice', 'All animals.txt'), 'utf8')
    const [, count] = /^All animals: (\d+) subjects \(\d+\.\d% males\)\.\n\nNo {4}User/.exec(all)!
    expect(out).toMatch(new RegExp(`^Between 2025-01-01 and 2026-03-01, in homeoffice:\\n +${count}  All animals\\n`))
    expect(all.trimEnd().split('\n')).toHaveLength(Number(count) + 3)
  })

  test('refuses days that are none, and a period that ends before it begins', async () => {
    const [none, reversed] = [
      await run('home-office 2025-02-30 2025-12-31'),
      await run('home-office 2026-01-01 2025-12-31'),
    ]

    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('It must be a day as YYYY-MM-DD.') })
    expect(reversed).toMatchObject({ code: 1, err: expect.stringContaining('lies before the first') })
  })
})
