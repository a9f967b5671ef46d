import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

const deploy = (name: string) => readFile(new URL(`../../../../deploy/${name}`, import.meta.url), 'utf8')

const SEAL_PATIENCE = { timeout: 20_000, interval: 100 }

let lab: ServedLaboratory
let text: string
beforeAll(async () => {
  lab = await servedLaboratory()
  await lab.database.script(`insert into alyx.broker_state (state) values ('up')`)
  const backup = join(lab.folder, 'backups/alyx-rack1-2026-03-02-031500')
  await mkdir(backup, { recursive: true })
  await writeFile(
    join(backup, 'manifest.json'),
    JSON.stringify({ format: 1, made_at: '2026-03-02T03:15:00.000Z', parts: [{ file: 'a', bytes: 5_000 }] }),
  )
  await lab.database.execute(
    sql`insert into jobs_task (id, name, status, datetime) values (gen_random_uuid(), 'sort', 20, now()), (gen_random_uuid(), 'filter', 30, now())`,
  )
  // Not before all transactions of the cluster that began earlier are over, and other tests have some there.
  await vi.waitFor(async () => {
    await lab.database.execute(sql`select alyx.seal_changes()`)
    expect(await lab.database.rows(sql`select count(*) from alyx.seal`)).not.toEqual([['0']])
  }, SEAL_PATIENCE)
  await lab.get('/labs')
  await lab.get('/nowhere')
  text = (await lab.get('/metrics')).body
})
afterAll(() => lab.close())

/** Names in expressions of Prometheus; those of the process are its library's own. */
const namesIn = (expressions: string) => new Set(expressions.match(/\b(?:alyx|nodejs|process)_\w+/g))
/** As they are written in an answer: a histogram has three. */
const answered = () => new Set([...text.matchAll(/^(?:# HELP )?([a-z\d_]+)/gm)].map(([, name]) => name))

describe('the numbers for Prometheus', () => {
  const running = (answer: string) => Number(/alyx_attempts_running\{executor="poller"\} (\d+)/.exec(answer)?.[1] ?? 0)

  test('tell of requests, database, queue, history and backups', () => {
    expect(text).toContain('alyx_database_up 1')
    expect(text).toMatch(/alyx_request_seconds_count\{method="GET",route="\/labs",status="200"\} 1/)
    expect(text).toContain('alyx_tasks{status="Waiting"} ')
    expect(running(text)).toBeGreaterThan(0)
    expect(text).toContain('alyx_broker_up 1')
    expect(text).toContain('alyx_backups 1')
    expect(text).toContain(`alyx_backup_made_timestamp_seconds ${Date.parse('2026-03-02T03:15:00Z') / 1000}`)
    expect(text).toContain('alyx_backup_bytes 5000')
    expect(text).toMatch(/alyx_history_seal_age_seconds \d/)
  })

  test('forget what is over', async () => {
    await lab.database.execute(sql`update jobs_task set status = 60 where name = 'filter'`)

    const later = (await lab.get('/metrics')).body

    expect(running(later)).toBe(running(text) - 1)
    expect(later).toMatch(/alyx_attempts_ended_last_hour\{outcome="succeeded"\} \d/)
  })

  test.each(['grafana/alyx.json', 'prometheus/alerts.yml'])('are those that %s asks for', async (name) => {
    const content = await deploy(name)
    const asked = namesIn(JSON.stringify(name.endsWith('.json') ? JSON.parse(content) : parse(content)))

    expect(asked.size).toBeGreaterThan(5)
    expect([...asked].filter((one) => !answered().has(one))).toEqual([])
  })
})
