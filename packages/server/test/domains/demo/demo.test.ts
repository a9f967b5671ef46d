import { all, columnFields, columnName, type Field, joinTable, type Model, primaryKey } from '@alyx/models'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Database, identifier, sql } from '../../../src/database/index.ts'
import { waterRequirement } from '../../../src/domains/actions/index.ts'
import { DemoInUse, removeDemo, seedDemo } from '../../../src/domains/labs/demo/index.ts'
import type { ScratchDatabase } from '../../postgres/scratch-database.ts'
import { installedDatabase } from './installed-database.ts'

const TODAY = '2026-11-23'
const YESTERDAY = '2026-11-22'
const PASSWORD_HASH = 'pbkdf2_sha256$1$salt$hash'

let scratch: ScratchDatabase
let db: Database
let counts: Record<string, number>

beforeAll(async () => {
  scratch = await installedDatabase()
  db = scratch.database
  counts = await seedDemo(db, { today: TODAY, passwordHash: PASSWORD_HASH })
})

afterAll(() => scratch?.drop())

const first = async (statement: Parameters<Database['rows']>[0]) => (await db.rows(statement))[0]?.[0]
const number = async (statement: Parameters<Database['rows']>[0]) => Number(await first(statement))

/** Every row and link of every table, as text, in a fixed order. */
async function contents(database: Database, models: readonly Model[] = all): Promise<string[]> {
  const texts: string[] = []
  for (const model of models) {
    const key = identifier('t', primaryKey(model).column)
    const rows = await database.rows(sql`select t::text from ${identifier(model.table)} as t order by ${key}`)
    texts.push(...rows.map(([row]) => `${model.key} ${row}`))
    for (const [name, field] of Object.entries(model.fields)) {
      if (field.kind !== 'many' || field.through) continue
      const { table, fromColumn, toColumn } = joinTable(model, name, field)
      const links = await database.rows(
        sql`select ${identifier(fromColumn)}, ${identifier(toColumn)} from ${identifier(table)} order by 1, 2`,
      )
      texts.push(...links.map(([from, to]) => `${table} ${from} ${to}`))
    }
  }
  return texts
}

describe('the demo laboratory', () => {
  test('has the people, animals, sessions and data that it promises', () => {
    expect(counts).toMatchObject({
      'misc.labmember': 12,
      'misc.lab': 3,
      'subjects.line': 6,
      'subjects.subject': 120,
      'actions.waterrestriction': 15,
      'actions.session': 80,
      'data.dataset': 900,
      'data.datarepository': 4,
    })
  })

  test('worked until yesterday, and nothing has happened on the day it is looked at', async () => {
    expect(await first(sql`select max(start_time)::date::text from actions_session`)).toBe(YESTERDAY)
    for (const model of all) {
      for (const [name, field] of columnFields(model)) {
        if ((field.kind !== 'datetime' && field.kind !== 'date') || name === 'due_date' || model.framework) continue
        const column = identifier(columnName(name, field))
        const late = await number(
          sql`select count(*) from ${identifier(model.table)} where ${column} >= ${TODAY} and right(${identifier(primaryKey(model).column)}::text, 12) = 'de301ab0a17c'`,
        )
        expect(late, `${model.key}.${name}`).toBe(0)
      }
    }
  })

  test.each(all.filter((model) => !model.framework))('$key keeps to what its fields allow', async (model) => {
    const rows = await db.objects(sql`select * from ${identifier(model.table)}`)
    for (const row of rows) {
      for (const [name, field] of columnFields(model))
        expectAllowed(`${model.key}.${name}`, field, row[columnName(name, field)])
    }
  })

  test('cannot be made twice in one database', async () => {
    await expect(seedDemo(db, { today: TODAY })).rejects.toThrow(/there already/)
  })
})

function expectAllowed(what: string, field: Field, value: unknown): void {
  if (value === null || value === undefined || value === '') return
  if ('choices' in field)
    expect(
      field.choices.map(([choice]) => choice),
      what,
    ).toContain(value)
  if ('pattern' in field && field.pattern) expect(value, what).toMatch(new RegExp(`^(?:${field.pattern})$`, 'u'))
  if ('minimum' in field && field.minimum !== undefined) expect(value, what).toBeGreaterThanOrEqual(field.minimum)
  if ('maximum' in field && field.maximum !== undefined) expect(value, what).toBeLessThanOrEqual(field.maximum)
}

describe('the colony', () => {
  test('animals are born, weaned, genotyped and die in this order', async () => {
    const wrong = sql`select nickname from subjects_subject where wean_date <= birth_date or genotype_date < wean_date
      or death_date < coalesce(wean_date, birth_date) or reduced_date < death_date`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('pups have the line and birth date of their litter, and parents who were alive and old enough', async () => {
    const wrong = sql`select pup.nickname from subjects_subject pup
      join subjects_litter litter on litter.id = pup.litter_id
      join subjects_breedingpair pair on pair.id = litter.breeding_pair_id
      join subjects_subject father on father.id = pair.father_id
      join subjects_subject mother on mother.id = pair.mother1_id
      where pup.birth_date <> litter.birth_date or pup.line_id <> litter.line_id or pair.line_id <> litter.line_id
      or father.sex <> 'M' or mother.sex <> 'F' or mother.death_date < pup.birth_date
      or pup.birth_date - mother.birth_date < 70 or pup.birth_date - pair.start_date < 19`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('zygosities are those that the rules of the line read from the tests', async () => {
    const wrong = sql`select s.nickname from subjects_zygosity z join subjects_subject s on s.id = z.subject_id
      where z.zygosity is distinct from (select r.zygosity from subjects_zygosityrule r
        where r.line_id = s.line_id and r.allele_id = z.allele_id
        and r.sequence0_result = (select test_result from subjects_genotypetest t where t.subject_id = s.id and t.sequence_id = r.sequence0_id)
        and (r.sequence1_id is null or r.sequence1_result = (select test_result from subjects_genotypetest t where t.subject_id = s.id and t.sequence_id = r.sequence1_id)))`
    expect(await db.rows(wrong)).toEqual([])
    expect(await number(sql`select count(distinct zygosity) from subjects_zygosity`)).toBe(3)
  })

  test('names follow the counters of the lines', async () => {
    const wrong = sql`select l.nickname from subjects_line l where l.subject_autoname_index <> (select count(*) from subjects_subject where line_id = l.id)
      or l.litter_autoname_index <> (select count(*) from subjects_litter where line_id = l.id)
      or l.breeding_pair_autoname_index <> (select count(*) from subjects_breedingpair where line_id = l.id)`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('a living animal is in one cage and a dead one in none, and nobody is in two cages at once', async () => {
    const open = sql`select s.nickname from subjects_subject s left join misc_housingsubject h on h.subject_id = s.id and h.end_datetime is null
      group by s.id having count(h.id) <> case when s.death_date is null then 1 else 0 end`
    const overlapping = sql`select a.id from misc_housingsubject a join misc_housingsubject b on a.subject_id = b.subject_id and a.id < b.id
      where tstzrange(a.start_datetime, a.end_datetime) && tstzrange(b.start_datetime, b.end_datetime)`
    expect(await db.rows(open)).toEqual([])
    expect(await db.rows(overlapping)).toEqual([])
  })

  test('every dead animal has a cull of the same day', async () => {
    const wrong = sql`select nickname from subjects_subject s left join actions_cull c on c.subject_id = s.id where s.death_date is distinct from c.date`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('protocol numbers say who is restricted and who had surgery', async () => {
    const wrong = sql`select nickname from subjects_subject s where protocol_number <> case
      when exists (select from actions_waterrestriction w where w.subject_id = s.id and w.end_time is null) then '3'
      when exists (select from actions_surgery o where o.subject_id = s.id) then '2' else '1' end`
    expect(await db.rows(wrong)).toEqual([])
  })
})

describe('water and weight', () => {
  test('every restricted animal has had its water and is weighed each day, and loses weight as such animals do', async () => {
    const restrictions = await db.rows(
      sql`select s.nickname, w.start_time::date::text, coalesce(w.end_time::date, ${TODAY}::date)::text from actions_waterrestriction w join subjects_subject s on s.id = w.subject_id`,
    )
    for (const [nickname, start, end] of restrictions as [string, string, string][]) {
      const { records } = await waterRequirement(
        db,
        nickname,
        { start_date: start, end_date: end },
        new Date(`${TODAY}T02:00:00Z`),
      )
      const days = [...records].filter(({ date }) => date < end)
      expect(days.length, nickname).toBeGreaterThanOrEqual(7)
      for (const day of days) {
        expect(day.excess_water, `${nickname} ${day.date}`).toBeGreaterThanOrEqual(-1e-9)
        expect(day.excess_water, `${nickname} ${day.date}`).toBeLessThan(1)
        expect(day.weighing_at, `${nickname} ${day.date}`).not.toBeNull()
        expect(day.percentage_weight, `${nickname} ${day.date}`).toBeGreaterThan(72)
        expect(day.percentage_weight, `${nickname} ${day.date}`).toBeLessThan(112)
      }
    }
  })

  test('the reference weight is the weight on the morning of the restriction', async () => {
    const wrong = sql`select w.id from actions_waterrestriction w where reference_weight is distinct from
      (select weight from actions_weighing where subject_id = w.subject_id and date_time < w.start_time order by date_time desc limit 1)`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('rewards were given in a session of the same animal and day', async () => {
    const wrong = sql`select a.id from actions_wateradministration a join actions_session s on s.id = a.session_id where s.subject_id <> a.subject_id or s.start_time::date <> a.date_time::date`
    expect(await db.rows(wrong)).toEqual([])
    expect(await number(sql`select count(*) from actions_wateradministration where session_id is not null`)).toBe(80)
  })
})

describe('sessions and data', () => {
  test('no rig is used twice at one time', async () => {
    const wrong = sql`select a.id from actions_session a join actions_session b on a.location_id = b.location_id and a.id < b.id
      where tstzrange(a.start_time, a.end_time) && tstzrange(b.start_time, b.end_time)`
    expect(await db.rows(wrong)).toEqual([])
  })

  test('animals get better with training', async () => {
    const [row] =
      await db.rows(sql`with t as (select n_correct_trials::float / n_trials as correct, row_number() over (partition by subject_id order by start_time) as nth from actions_session)
      select avg(correct) filter (where nth = 1), avg(correct) filter (where nth >= 4) from t`)
    expect(Number(row?.[0])).toBeLessThan(0.6)
    expect(Number(row?.[1])).toBeGreaterThan(0.72)
  })

  test('every file name belongs to exactly one dataset type, the one it has', async () => {
    const types = await db.rows(sql`select id, name, filename_pattern from data_datasettype`)
    const datasets = await db.rows(sql`select distinct name, dataset_type_id from data_dataset`)
    for (const [file, type] of datasets as [string, string][]) {
      const matching = types.filter(([, name, pattern]) =>
        pattern ? glob(pattern).test(file) : objectAttribute(file) === name,
      )
      expect(
        matching.map(([id]) => id),
        file,
      ).toEqual([type])
    }
  })

  test('exactly one version of each file is the default: the latest', async () => {
    const wrong = sql`select session_id, collection, name from data_dataset group by 1, 2, 3 having count(*) filter (where default_dataset) <> 1
      or bool_or(default_dataset and revision_id is null) and bool_or(revision_id is not null)`
    expect(await db.rows(wrong)).toEqual([])
    expect(await number(sql`select count(*) from data_dataset where revision_id is not null`)).toBeGreaterThan(0)
  })

  test('copies lie below the folder of the session, with the revision in the path', async () => {
    const wrong = sql`select f.relative_path from data_filerecord f join data_dataset d on d.id = f.dataset_id
      join actions_session s on s.id = d.session_id join subjects_subject a on a.id = s.subject_id left join data_revision r on r.id = d.revision_id
      where f.relative_path <> concat(a.nickname, '/', s.start_time::date, '/', to_char(s.number, 'FM000'), '/', d.collection, '/', '#' || r.name || '#/', d.name)`
    expect(await db.rows(wrong)).toEqual([])
    expect(
      await number(
        sql`select count(*) from data_dataset d where not exists (select from data_filerecord f where f.dataset_id = d.id and f.exists)`,
      ),
    ).toBe(0)
  })

  test('probes and fields of view have the datasets of the collections that bear their name', async () => {
    for (const [table, links, column] of [
      ['experiments_probeinsertion', 'experiments_probeinsertion_datasets', 'probeinsertion_id'],
      ['experiments_fov', 'experiments_fov_datasets', 'fov_id'],
    ] as const) {
      const wrong = sql`select p.id, d.id from ${identifier(table)} p join data_dataset d on d.session_id = p.session_id
        where (d.collection ilike '%' || p.name || '%') <> exists (select from ${identifier(links)} l where ${identifier('l', column)} = p.id and l.dataset_id = d.id)`
      expect(await db.rows(wrong)).toEqual([])
    }
  })

  test('traced probes have all four estimates and 384 channels from the depth to the surface of the brain', async () => {
    const provenances = sql`select distinct array_agg(provenance order by provenance)::text from experiments_trajectoryestimate group by probe_insertion_id order by 1`
    expect(await db.rows(provenances)).toEqual([['{10,30,50,70}'], ['{10,30}']])
    expect(
      await db.rows(sql`select distinct count(*) from experiments_channel group by trajectory_estimate_id`),
    ).toEqual([['384']])
    expect(await number(sql`select count(distinct brain_region_id) from experiments_channel`)).toBeGreaterThan(12)
  })

  test('some data is protected by the tag of a publication', async () => {
    const tagged = sql`select count(*) from data_dataset_tags l join data_tag t on t.id = l.tag_id where t.protected and t.public`
    expect(await number(tagged)).toBeGreaterThan(50)
  })
})

describe('tasks', () => {
  test('occur in every state', async () => {
    const states = sql`select distinct status from jobs_task order by 1`
    expect((await db.rows(states)).flat()).toEqual(['20', '25', '30', '40', '45', '50', '55', '60'])
  })

  test('only start when those they wait for are done, and are held when one went wrong', async () => {
    const wrong = sql`select c.name, c.status, p.status from jobs_task c join jobs_task_parents l on l.from_task_id = c.id join jobs_task p on p.id = l.to_task_id
      where c.session_id <> p.session_id or c.level <= p.level
      or (c.status >= 30 and p.status in (20, 25, 30, 40, 45)) or (p.status in (25, 40, 45) and c.status <> 25)`
    expect(await db.rows(wrong)).toEqual([])
  })
})

describe('accounts', () => {
  test('have only the password that was given, and those who left have none', async () => {
    const hashes = await db.rows(sql`select distinct password, is_active from misc_labmember order by is_active`)
    expect(hashes).toEqual([
      ['', 'f'],
      [PASSWORD_HASH, 't'],
    ])
    expect(await number(sql`select count(*) from misc_labmember where is_superuser`)).toBe(0)
  })
})

describe('making and removing', () => {
  let work: ScratchDatabase
  let before: string[]

  beforeAll(async () => {
    work = await installedDatabase()
    before = await contents(work.database)
  })

  afterEach(async () => {
    await work.database.execute(sql`delete from actions_weighing where name = 'mine'`)
    await work.database.execute(sql`delete from misc_note where name = 'mine'`)
    await removeDemo(work.database)
  })

  afterAll(() => work?.drop())

  test('the same seed and day make the same rows', async () => {
    await seedDemo(work.database, { today: TODAY, passwordHash: PASSWORD_HASH })

    // Starter rows named "unknown" have another key in every database.
    const known = (row: string) => !/\bunknown\b/.test(row)
    const compared = all.filter((model) => !model.framework && model.key !== 'experiments.brainregion')
    const [here, there] = [await contents(db, compared), await contents(work.database, compared)]
    expect(there.length).toBeGreaterThan(10_000)
    expect(there.filter(known)).toEqual(here.filter(known))
  })

  test('removing leaves exactly what was there before', async () => {
    await seedDemo(work.database, { today: TODAY })
    const removed = await removeDemo(work.database)

    expect(removed['subjects.subject']).toBe(120)
    expect(await contents(work.database)).toEqual(before)
  })

  test('another seed and day make another laboratory of the same size', async () => {
    const made = await seedDemo(work.database, { today: '2024-02-29', seed: 'another' })

    expect(made).toMatchObject({ 'subjects.subject': 120, 'actions.session': 80, 'data.dataset': 900 })
    const own = new Set((await db.rows(sql`select id from subjects_subject`)).flat())
    const theirs = (await work.database.rows(sql`select id from subjects_subject`)).flat()
    expect(theirs.filter((id) => own.has(id))).toEqual([])
  })

  test('is not removed while a row of the laboratory refers to it, and says which', async () => {
    await seedDemo(work.database, { today: TODAY })
    await work.database.execute(sql`insert into actions_weighing (id, name, weight, subject_id)
      select gen_random_uuid(), 'mine', 21, id from subjects_subject where nickname = 'Pv_0001'`)
    await work.database.execute(sql`insert into misc_note (id, name, date_time, text, content_type_id, object_id, user_id)
      select gen_random_uuid(), 'mine', now(), '', (select min(id) from django_content_type), s.id, u.id from subjects_subject s, misc_labmember u where s.nickname = 'Pv_0002' and u.username = 'ines.duarte'`)

    const error = await removeDemo(work.database).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(DemoInUse)
    expect((error as DemoInUse).uses).toEqual(
      expect.arrayContaining(['1 weighing of yours by "subject"', '1 note of yours by "content_object"']),
    )
    expect(await work.database.rows(sql`select count(*) from subjects_subject`)).toEqual([['120']])
  })

  test('takes the tokens of its people with it', async () => {
    await seedDemo(work.database, { today: TODAY })
    await work.database.execute(
      sql`insert into authtoken_token (key, created, user_id) select 'abc', now(), id from misc_labmember where username = 'ines.duarte'`,
    )

    await removeDemo(work.database)

    expect(await work.database.rows(sql`select count(*) from authtoken_token`)).toEqual([['0']])
  })

  test('says that the starter data is missing', async () => {
    const bare = await installedDatabase({ starter: false })
    try {
      await expect(seedDemo(bare.database, { today: TODAY })).rejects.toThrow(/starter data/)
    } finally {
      await bare.drop()
    }
  })
})

/** A shell pattern as a regular expression, both without regard to case. */
const glob = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  )

/** `object.attribute` of an ALF file name, without namespace. */
const objectAttribute = (file: string) => /^(?:_[a-zA-Z0-9]+_)?(\w+\.\w+?)\.[\w.]+$/.exec(file)?.[1]
