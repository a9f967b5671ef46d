import { Lab, Project, Session, Subject } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../src/database/index.ts'
import { record } from '../../src/recording/index.ts'
import type { Recorder } from '../../src/records/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { recordingAs } from './recording-as.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await demoDatabase()
})
afterAll(() => scratch.drop())

const recording = <T>(work: (recorder: Recorder) => Promise<T>) =>
  record(scratch.database, recordingAs(undefined), work)

describe('making records', () => {
  test('what is not given gets the default of its declaration', async () => {
    const [lab] = await recording((recorder) => recorder.create(Lab, [{ name: 'newlab' }]))

    expect(lab?.after).toMatchObject({ name: 'newlab', institution: '', timezone: 'UTC', json: null })
    expect(await scratch.database.rows(sql`select name from misc_lab where id = ${lab!.key}`)).toEqual([['newlab']])
  })

  test('a document is kept as it was written', async () => {
    const [lab] = await recording((recorder) =>
      recorder.create(Lab, [{ name: 'documents', json: '{"b":1.0,"a":12345678901234567890}' }]),
    )

    const [row] = await scratch.database.rows(sql`select json::text from misc_lab where id = ${lab!.key}`)
    expect(row).toEqual(['{"a": 12345678901234567890, "b": 1.0}'])
  })

  test('a name that is taken is refused by the name of its field, and nothing is made', async () => {
    const twice = recording((recorder) => recorder.create(Lab, [{ name: 'twice' }, { name: 'twice' }]))

    await expect(twice).rejects.toMatchObject({
      kind: 'invalid',
      faults: { name: ['lab with this name already exists.'] },
    })
    expect(await scratch.database.rows(sql`select from misc_lab where name = 'twice'`)).toEqual([])
  })
})

describe('changing records', () => {
  test('only what changes is written, and links become exactly the given ones', async () => {
    const [project, other] = await recording((recorder) =>
      recorder.create(Project, [{ name: 'first' }, { name: 'second' }]),
    )
    const [user] = (await scratch.database.rows(sql`select id from misc_labmember limit 1`))[0]!

    await recording((recorder) =>
      recorder.change(Project, [{ key: project!.key, values: {}, links: { users: [user!] } }]),
    )
    const [changed] = await recording((recorder) =>
      recorder.change(Project, [{ key: project!.key, values: { description: 'new' }, links: { users: [] } }]),
    )

    expect([...changed!.changed]).toEqual(['description'])
    expect(other?.after.name).toBe('second')
    const left = await scratch.database.rows(sql`select from subjects_project_users where project_id = ${project!.key}`)
    expect(left).toEqual([])
  })

  test('a record that does not exist is missing', async () => {
    const change = recording((recorder) =>
      recorder.change(Lab, [{ key: '00000000-0000-4000-8000-000000000000', values: { address: 'x' } }]),
    )

    await expect(change).rejects.toMatchObject({ kind: 'missing' })
  })
})

describe('removing records', () => {
  test('what belongs to a record goes with it, and what only mentions it stays', async () => {
    const [[subject]] = (await scratch.database.rows(
      sql`select subject_id from actions_session group by 1 order by count(*) limit 1`,
    )) as [[string]]

    const { counts } = await recording((recorder) => recorder.remove(Subject, [subject]))

    expect(counts.get(Subject)).toBe(1)
    expect(counts.get(Session)).toBeGreaterThan(0)
    expect(await scratch.database.rows(sql`select from actions_session where subject_id = ${subject}`)).toEqual([])
  })
})
