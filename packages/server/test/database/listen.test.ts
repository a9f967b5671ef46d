import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { asAdmin, type ScratchDatabase, scratchDatabase } from '../postgres/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
})
afterAll(() => scratch.drop())

const notify = (channel: string, payload: string) =>
  scratch.database.rows(sql`select pg_notify(${channel}, ${payload})`)

test('every listener of a channel hears its news until it stops listening', async () => {
  const first = vi.fn()
  const second = vi.fn()
  const stopFirst = await scratch.database.listen('Task Done', first)
  const stopSecond = await scratch.database.listen('Task Done', second)

  await notify('Task Done', '42')
  await notify('another', '0')
  await vi.waitFor(() => expect(second).toHaveBeenCalledWith('42'))
  await stopFirst()
  await notify('Task Done', '43')
  await vi.waitFor(() => expect(second).toHaveBeenCalledWith('43'))

  expect(first.mock.calls).toEqual([['42']])
  expect(second.mock.calls).toEqual([['42'], ['43']])
  await stopSecond()
})

test('after a lost connection the listener is told to look for itself, and hears again', async () => {
  const heard = vi.fn()
  const stop = await scratch.database.listen('tasks', heard)
  const [row] = await scratch.database.rows(sql`select current_database()`)

  await asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${row?.[0]}'`)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(''), { timeout: 5_000 })
  await notify('tasks', 'after')

  await vi.waitFor(() => expect(heard.mock.calls).toEqual([[''], ['after']]))
  await stop()
})

test('closing the database ends listening', async () => {
  const other = await scratchDatabase()
  await other.database.listen('tasks', () => undefined)

  await other.drop()
})
