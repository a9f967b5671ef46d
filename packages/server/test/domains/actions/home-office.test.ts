import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../src/database/index.ts'
import {
  homeOfficeReport,
  type ReturnedSubject,
  returnLists,
  returnListText,
} from '../../../src/domains/actions/index.ts'
import { demoDatabase } from '../../postgres/demo-database.ts'
import type { ScratchDatabase } from '../../postgres/scratch-database.ts'

const PERIOD = { start: '2025-01-01', end: '2025-12-31' }

/** A living male of an interesting line that nobody did anything with. */
const animal = (changes: Partial<ReturnedSubject> = {}): ReturnedSubject => ({
  nickname: 'mouse',
  responsible_user: 'alice',
  line: 'Ai32',
  sex: 'M',
  ear_mark: '',
  protocol_number: '1',
  actual_severity: null,
  birth_date: '2024-06-01',
  genotype_date: null,
  death_date: null,
  operated: false,
  restricted: false,
  negative: false,
  ...changes,
})

const dead = (changes: Partial<ReturnedSubject> = {}) => animal({ death_date: '2025-06-01', ...changes })

/** Titles, without the period, of the lists that an animal is on. */
const listsOf = (subject: ReturnedSubject): string[] =>
  returnLists([subject], PERIOD)
    .filter(({ subjects }) => subjects.length > 0)
    .map(({ title }) => title.replace(` ${PERIOD.start} - ${PERIOD.end}`, ''))

describe('an animal is returned', () => {
  test.each([
    ['alive', animal(), []],
    ['killed', dead(), ['Transgenic killed', 'Transgenic killed and not genotyped']],
    ['killed on the first day', dead({ death_date: '2025-01-01', line: 'C57' }), []],
    ['killed the day after the last', dead({ death_date: '2026-01-01' }), []],
    ['killed, of no line', dead({ line: null }), ['Transgenic killed', 'Transgenic killed and not genotyped']],
    ['killed, used', dead({ line: 'C57', operated: true }), ['Killed and used in TOTAL, protocols 2, 3, 4']],
    ['killed, protocol 4', dead({ line: 'C57', protocol_number: '4' }), ['Killed with protocol 4,']],
    [
      'killed, genotyped, negative',
      dead({ genotype_date: '2024-07-01', negative: true }),
      [
        'Transgenic killed',
        'Transgenic killed and genotyped',
        'Transgenic killed and genotyped (negative)',
        'Transgenic killed and genotyped (not used)',
      ],
    ],
    ['genotyped, used, alive', animal({ genotype_date: '2025-02-01', operated: true }), ['Genotyped and used']],
    ['of severity 4', animal({ actual_severity: 4 }), ['Severity 4']],
    ['born and restricted', animal({ birth_date: '2025-01-01', restricted: true }), ['Sex bias']],
    ['born before, protocol 2', animal({ protocol_number: '2' }), []],
    ['born, protocol 3', animal({ birth_date: '2026-02-01', protocol_number: '3' }), ['Sex bias']],
  ])('%s', (_, subject, lists) => expect(listsOf(subject)).toEqual(['All animals', ...lists]))
})

describe('a list', () => {
  test('is in the order of death, and tells the share of males', () => {
    const killed = returnLists(
      [
        dead({ nickname: 'a', death_date: '2025-09-01' }),
        dead({ nickname: 'b', death_date: '2025-03-01', sex: 'F' }),
        dead({ nickname: 'c', death_date: '2025-03-01', sex: 'F' }),
        dead({ nickname: 'd', death_date: '2025-04-01', sex: 'U' }),
      ],
      PERIOD,
    )[1]!

    expect(killed.subjects.map(({ nickname }) => nickname)).toEqual(['b', 'c', 'd', 'a'])
    expect(killed.malesPercent).toBeCloseTo(33.3, 1)
  })

  test('reads as a table', () => {
    const [all] = returnLists([animal({ nickname: 'KS014', responsible_user: null, ear_mark: 'TL' })], PERIOD)

    expect(returnListText(all!)).toBe(
      [
        'All animals: 1 subjects (100.0% males).',
        '',
        'No    User  Protocol  Born        Genotyped  Died  Ear mark  Nickname  Sex',
        '0001        1         2024-06-01                   TL        KS014     M',
        '',
      ].join('\n'),
    )
  })

  test('without animals says so', () => {
    expect(returnListText({ title: 'Severity 5', subjects: [], malesPercent: null })).toContain(
      'Severity 5: 0 subjects (sex of none known).',
    )
  })
})

describe('the returns of a laboratory', () => {
  let scratch: ScratchDatabase
  beforeAll(async () => {
    scratch = await demoDatabase()
  })
  afterAll(() => scratch.drop())

  test('name every animal once, and count as the database does', async () => {
    const report = await homeOfficeReport(scratch.database, PERIOD)

    const titles = report.map(({ title }) => title)
    expect(titles).toHaveLength(15)
    expect(titles).toContain('Severity 3 2025-01-01 - 2025-12-31')
    const [counts] = await scratch.database.objects<{ all: number; used: number }>(sql`
      select count(*) as all, count(*) filter (where death_date between '2025-01-01' and '2025-12-31'
             and exists (select from actions_surgery a where a.subject_id = s.id)) as used from subjects_subject s`)
    expect(report[0]!.subjects).toHaveLength(counts!.all)
    expect(report[2]!.subjects).toHaveLength(counts!.used)
    expect(new Set(report[0]!.subjects.map(({ nickname }) => nickname)).size).toBeGreaterThan(10)
  })
})
