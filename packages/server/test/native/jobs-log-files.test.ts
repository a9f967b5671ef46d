import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { type ServedLaboratory, servedLaboratory } from '../http/served-laboratory.ts'

let lab: ServedLaboratory
let folder: string
let logs: string
let session: string
let attempt: string
let task: string
const MIB = 1024 * 1024

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alyx-shares-'))
  lab = await servedLaboratory({ settings: { ALYX_MOUNTS: `//cajal/data=${folder}/share` } })
  const [[key, subject, date, number] = []] = await lab.database.rows(sql`
    select s.id, u.nickname, s.start_time::date::text, lpad(s.number::text, 3, '0')
      from actions_session s join subjects_subject u on u.id = s.subject_id where s.number is not null order by s.id limit 1`)
  session = key!
  logs = join(folder, 'share/ONE', subject!, date!, number!, 'logs')
  await mkdir(logs, { recursive: true })
  await lab.database.execute(sql`
    insert into data_datarepository (id, name, hostname, timezone, globus_path)
    values ('00000000-0000-4000-8000-000000000001', 'cajal', 'cajal', 'UTC', '/data/ONE/')`)
})
afterAll(async () => {
  await lab.close()
  await rm(folder, { recursive: true })
})

/** A task that a worker of Celery has run, and says to have written that log. */
beforeEach(async () => {
  await lab.database.script('delete from jobs_task_parents; delete from jobs_task')
  task = crypto.randomUUID()
  attempt = crypto.randomUUID()
  await lab.database.execute(sql`
    insert into jobs_task (id, name, status, session_id, executable, datetime, data_repository_id)
    values (${task}, 'lab.spikes.sort', 60, ${session}, 'pypelines', now(), '00000000-0000-4000-8000-000000000001')`)
  await lab.database.execute(sql`
    insert into alyx.job_attempt (id, task_id, number, executor, owner, lease_seconds, lease_until, started_at, ended_at, outcome)
    values (${attempt}, ${task}, 1, 'celery', '00000000-0000-0000-0000-000000000000', 60, now(), now(), now(), 'succeeded')`)
})

const named = (log: string) => lab.database.execute(sql`update jobs_task set log = ${log}::text where id = ${task}`)
const get = async (path: string) => {
  const answer = await lab.get(`/api/v1/jobs/${path}`)
  expect(answer.statusCode).toBe(200)
  return answer
}
const part = async (query = '') => (await get(`attempts/${attempt}/log${query}`)).json()

test('a log that a worker left beside the data is read, followed and saved like any other', async () => {
  const text = '[2024-05-01 10:00:00] rack \x1b[1mHEADER\x1b[0m : 神経 31\n'
  await writeFile(join(logs, 'task_log.lab.spikes.sort.x.log'), text)
  await named('task_log.lab.spikes.sort.x.log')
  const length = Buffer.byteLength(text)
  expect(await part()).toEqual({ offset: 0, text, next: length, length, ended: true })
  expect((await get(`tasks/${task}`)).json().attempts).toMatchObject([{ log_bytes: length }])
  expect((await get(`attempts/${attempt}/log.txt`)).body).toBe(text)
  const stream = (await get(`attempts/${attempt}/log/stream`)).body
  expect(stream).toContain(JSON.stringify({ offset: 0, text }))
  expect(stream).toContain('event: end')
})

test('a character that a part would cut comes whole with the next one', async () => {
  await writeFile(join(logs, 'a.log'), 'ab神c')
  await named('a.log')
  expect(await part('?limit=4')).toMatchObject({ text: 'ab', next: 2 })
  expect(await part('?limit=4&from=2')).toMatchObject({ text: '神c', next: 6 })
})

test('of a large log the beginning and the end are shown', async () => {
  await writeFile(join(logs, 'a.log'), 'é'.repeat(10 * MIB))
  await named('a.log')
  expect(await part('?from=4194304&limit=8')).toMatchObject({ offset: 8 * MIB, length: 20 * MIB })
  const { body } = await get(`attempts/${attempt}/log.txt`)
  expect(body).toContain('[4194304 bytes were cut out here]')
  expect(Buffer.byteLength(body)).toBeLessThan(16 * MIB + 100)
})

test('a log that was sent to the server is shown instead of a file', async () => {
  await writeFile(join(logs, 'a.log'), 'file')
  await named('a.log')
  await lab.database.execute(sql`insert into alyx.job_log (attempt_id, "offset", text) values (${attempt}, 0, 'sent')`)
  await lab.database.execute(sql`update alyx.job_attempt set log_bytes = 4 where id = ${attempt}`)
  expect(await part()).toMatchObject({ text: 'sent', length: 4 })
})

test('an attempt that was followed by another one has lost its file to it', async () => {
  await writeFile(join(logs, 'a.log'), 'file')
  await named('a.log')
  await lab.database.execute(sql`
    insert into alyx.job_attempt (id, task_id, number, executor, owner, lease_seconds, lease_until)
    values (gen_random_uuid(), ${task}, 2, 'celery', '00000000-0000-0000-0000-000000000000', 60, now())`)
  expect(await part()).toMatchObject({ text: '', length: 0 })
})

test.each([
  '../../secret.log',
  '..\\secret.log',
  '/etc/passwd',
  '.hidden.log',
  'link.log',
  'raw.bin',
  'Connection refused',
  'none.log',
])('nothing is read for %j', async (log) => {
  await writeFile(join(folder, 'secret.log'), 'secret')
  await writeFile(join(logs, '../secret.log'), 'secret')
  await writeFile(join(logs, '../../secret.log'), 'secret')
  await writeFile(join(logs, '.hidden.log'), 'secret')
  await writeFile(join(logs, 'raw.bin'), 'secret')
  await symlink(join(folder, 'secret.log'), join(logs, 'link.log')).catch(() => undefined)
  await named(log)
  expect(await part()).toMatchObject({ text: '', length: 0 })
})
