import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raw } from '../../src/database/index.ts'
import { demoDatabase } from '../postgres/demo-database.ts'
import type { ScratchDatabase } from '../postgres/scratch-database.ts'
import { alyx } from './alyx.ts'

let folder: string
let scratch: ScratchDatabase
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alyx-commands-'))
  scratch = await demoDatabase()
})
afterAll(async () => {
  await scratch.drop()
  rmSync(folder, { recursive: true })
})

const run = (...words: string[]) => alyx(words, { cwd: folder, env: { DATABASE_URL: scratch.url } })
const value = async (text: string) => (await scratch.database.rows(raw(text)))[0]?.[0]

describe('commands for animals, files and tasks', { timeout: 60_000 }, () => {
  test('zygosities are worked out for every animal, and twice changes nothing more', async () => {
    const animals = await value('select count(*) from subjects_subject')
    await run('subjects', 'zygosities')

    const { code, out } = await run('subjects', 'zygosities')

    expect(code).toBe(0)
    expect(out).toBe(`Looked at ${animals} animals; 0 zygosities changed.\n`)
  })

  test('known rules, alleles of lines and odd animals are told', async () => {
    const [rules, alleles, check] = [
      await run('subjects', 'rules'),
      await run('subjects', 'alleles'),
      await run('subjects', 'check'),
    ]

    expect([rules.code, alleles.code, check.code]).toEqual([0, 0, 0])
    expect(rules.out).toMatch(/^\d+ rules? installed, \d+ there already\./)
    expect(alleles.out).toMatch(/^\d+ alleles? added to lines\./)
    expect(check.out).toMatch(/(Nothing odd was found|\d+ oddit(?:y|ies))\.\n$/)
  })

  test('files of a listing exist, in the history as the work of a command', async () => {
    await scratch.database.execute(
      raw(`update data_filerecord set exists = false where id = (select min(id::text)::uuid from data_filerecord)`),
    )
    const [[path, repository] = []] = await scratch.database.rows(
      raw(`select rtrim(r.globus_path, '/') || '/' || f.relative_path, r.name from data_filerecord f join data_datarepository r on r.id = f.data_repository_id
        where f.id = (select min(id::text)::uuid from data_filerecord)`),
    )
    writeFileSync(join(folder, 'files.txt'), `${path}\n/nobody/knows/this.npy\n`)

    const { code, out } = await run('files', 'listed', 'files.txt', '--repository', repository!)

    expect(code).toBe(0)
    expect(out).toBe('2 paths; 1 file records exist now that were thought missing.\n')
    expect(
      await value(`select exists from data_filerecord where id = (select min(id::text)::uuid from data_filerecord)`),
    ).toBe('t')
    expect(
      await value(`select source from alyx.change where table_name = 'data_filerecord' order by id desc limit 1`),
    ).toBe('command')
  })

  test('untidy paths are told before they are changed', async () => {
    await scratch.database.execute(
      raw(
        `update data_filerecord set relative_path = replace(relative_path, '/', '//') where id = (select max(id::text)::uuid from data_filerecord)`,
      ),
    )

    const dry = await run('files', 'tidy', '--dry-run')
    const wet = await run('files', 'tidy')

    expect(dry.out).toMatch(/1 paths would be changed\.\n$/)
    expect(wet.out).toMatch(/1 paths were changed\.\n$/)
    expect(await value(`select count(*) from data_filerecord where relative_path like '%//%'`)).toBe('0')
  })

  test('a dataset type that would take the files of another is refused', async () => {
    const fine = await run('dataset-type-check', 'brandNew.type')
    const broken = await run('dataset-type-check', 'brandNew.type', '*')

    expect([fine.code, broken.code]).toEqual([0, 1])
    expect(fine.out).toBe('The type brandNew.type breaks nothing.\n')
  })

  test('active members get what pages of Django ask for, once', async () => {
    const first = await run('permissions')
    const again = await run('permissions')

    expect(first.out).toMatch(/^Lab members have 219 permissions in Django's pages; \d+ people joined\.\n$/)
    expect(again.out).toMatch(/; 0 people joined\.\n$/)
    expect(
      await value(`select count(*) from auth_group_permissions gp join auth_permission p on p.id = gp.permission_id
        where p.codename in ('delete_lab', 'delete_session', 'change_project', 'add_group')`),
    ).toBe('0')
    expect(
      await value(`select count(*) from auth_group_permissions gp join auth_permission p on p.id = gp.permission_id
        where p.codename in ('delete_weighing', 'add_surgery', 'view_project')`),
    ).toBe('3')
  })

  test('old tasks are counted, then removed', async () => {
    const old = await value(`select count(*) from jobs_task where status = 60 and datetime < '2100-01-01'`)

    const dry = await run('tasks-clean-up', '--before', '2099-12-31', '--status', 'Complete', '--dry-run')
    const wet = await run('tasks-clean-up', '--before', '2099-12-31', '--status', 'Complete')

    expect(dry.out).toBe(`${old} tasks would be removed.\n`)
    expect(wet.out).toBe(`${old} tasks were removed.\n`)
    expect(await value('select count(*) from jobs_task where status = 60')).toBe('0')
  })
})
