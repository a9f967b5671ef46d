/** What people do with a litter: write its pups down, name them, wean them, learn their genotype. */
import { GenotypeTest, Litter, Subject } from '@alyx/models'
import { type Db, sql } from '../../../database/index.ts'
import { type Key, type NewRow, type Recorder, Refused, type Saved } from '../../../records/index.ts'
import { type Finding, settleZygosities } from '../genotyping/settle.ts'
import { isUnnamed } from '../rules/line-names.ts'

/** A litter with what its pups take from it and from their father. */
interface Nest {
  readonly id: Key
  readonly line_id: Key | null
  readonly birth_date: string | null
  /** Null without a father: then nothing is taken from him. */
  readonly father_id: Key | null
  readonly species_id: Key | null
  readonly strain_id: Key | null
  readonly source_id: Key | null
  readonly responsible_user_id: Key | null
  /** Lab of the father, else of the line. */
  readonly lab_id: Key | null
}

/** One statement. @throws Refused `missing` when a litter does not exist */
async function requireNests(db: Db, litters: readonly Key[]): Promise<Map<Key, Nest>> {
  const nests = await db.objects<Nest>(sql`
    select l.id, l.line_id, l.birth_date, f.id as father_id, f.species_id, f.strain_id, f.source_id,
           f.responsible_user_id, coalesce(f.lab_id, line.lab_id) as lab_id
      from subjects_litter l
      left join subjects_line line on line.id = l.line_id
      left join subjects_breedingpair p on p.id = l.breeding_pair_id
      left join subjects_subject f on f.id = p.father_id
     where l.id = any(${litters}::uuid[])`)
  const found = new Map(nests.map((nest) => [nest.id, nest]))
  const missing = litters.filter((key) => !found.has(key))
  if (missing.length > 0)
    throw new Refused('missing', `There is no ${Litter.label} with the identifier ${missing.join(', ')}.`)
  return found
}

/** Columns that every pup has as its litter and its father have them, whatever it had before. */
export type Inherited = Pick<
  NewRow<typeof Subject>,
  'line_id' | 'birth_date' | 'species_id' | 'strain_id' | 'source_id'
>

/** What pups inherit: line and day of birth of the litter; species, strain and source of the father if he is known. */
export const inheritedFrom = ({
  line_id,
  birth_date,
  father_id,
  species_id,
  strain_id,
  source_id,
}: Omit<Nest, 'id' | 'responsible_user_id' | 'lab_id'>): Inherited => ({
  line_id,
  birth_date,
  ...(father_id !== null && { species_id, strain_id, source_id }),
})

/**
 * Writes pups of a litter down. They inherit; whoever answers for the father answers for them, else whoever writes; those
 * without a name are numbered from the line.
 *
 * Source: Alyx 3.6.1, subjects/admin.py, LitterAdmin.save_formset.
 *
 * @param pups  what is known of each: sex, ear mark, cage; an empty object for one of which nothing is
 */
export async function addPups(
  recorder: Recorder,
  litter: Key,
  pups: readonly NewRow<typeof Subject>[],
): Promise<Saved<typeof Subject>[]> {
  const nest = (await requireNests(recorder.db, [litter])).get(litter)!
  const answering = nest.responsible_user_id ?? recorder.actor?.id
  return recorder.create(
    Subject,
    pups.map((pup) => ({
      ...(answering !== undefined && { responsible_user_id: answering }),
      ...(nest.lab_id !== null && { lab_id: nest.lab_id }),
      ...pup,
      ...inheritedFrom(nest),
      litter_id: litter,
    })),
  )
}

/** Pups of litters, by their names. */
async function pupsOf(db: Db, litters: readonly Key[], condition = sql`true`) {
  return db.objects<{ id: Key; litter_id: Key; sex: string; nickname: string }>(sql`
    select id, litter_id, sex, nickname from subjects_subject
     where litter_id = any(${litters}::uuid[]) and ${condition} order by nickname, id`)
}

/**
 * Lets the pups of litters inherit again, after a litter got another line, day of birth or father.
 *
 * @returns those that are another animal now
 */
export async function inheritAgain(recorder: Recorder, litters: readonly Key[]): Promise<Saved<typeof Subject>[]> {
  const nests = await requireNests(recorder.db, litters)
  const pups = await pupsOf(recorder.db, litters)
  const saved = await recorder.change(
    Subject,
    pups.map(({ id, litter_id }) => ({ key: id, values: inheritedFrom(nests.get(litter_id)!) })),
  )
  return saved.filter(({ changed }) => changed.size > 0)
}

/**
 * Numbers the pups of litters that have no name yet from the line of the litter.
 *
 * @returns those that were named
 * @throws Refused when a litter has no line to number from
 */
export async function nameLitterPups(recorder: Recorder, litters: readonly Key[]): Promise<Saved<typeof Subject>[]> {
  const nests = await requireNests(recorder.db, litters)
  const unnamed = (await pupsOf(recorder.db, litters)).filter(({ nickname }) => isUnnamed(nickname))
  if (unnamed.some(({ litter_id }) => nests.get(litter_id)!.line_id === null))
    throw new Refused('invalid', 'A litter has no line, so that its pups cannot be numbered. Give it one first.')
  return recorder.change(
    Subject,
    unnamed.map(({ id, litter_id }) => ({ key: id, values: { line_id: nests.get(litter_id)!.line_id } })),
  )
}

/** How litters are weaned. */
export interface Weaning {
  /** Day on which the pups leave their mother; today when absent. */
  readonly date?: string
  /** Cages that the pups go to by sex, `M`, `F` and `U`; a sex without one stays where it is. */
  readonly cages?: Readonly<Partial<Record<'M' | 'F' | 'U', string>>>
}

/**
 * Weans the living pups of litters that nobody has weaned yet.
 *
 * @returns the pups
 * @throws Refused when a pup would be weaned before it was born
 */
export async function weanLitter(
  recorder: Recorder,
  litters: readonly Key[],
  { date = recorder.moment.today, cages = {} }: Weaning = {},
): Promise<Saved<typeof Subject>[]> {
  const nests = await requireNests(recorder.db, litters)
  for (const { birth_date } of nests.values())
    if (birth_date !== null && date < birth_date)
      throw new Refused('invalid', `The pups were born on ${birth_date}; they cannot be weaned on ${date}.`)
  const pups = await pupsOf(recorder.db, litters, sql`wean_date is null and death_date is null`)
  return recorder.change(
    Subject,
    pups.map(({ id, sex }) => {
      const cage = cages[sex as 'M' | 'F' | 'U']
      return { key: id, values: { wean_date: date, ...(cage !== undefined && { cage }) } }
    }),
  )
}

/**
 * Works the zygosities of litters out from those of their parents, where nothing is recorded yet.
 *
 * @returns what was found out
 */
export async function genotypeFromParents(recorder: Recorder, litters: readonly Key[]): Promise<Finding[]> {
  await requireNests(recorder.db, litters)
  const pups = await pupsOf(recorder.db, litters)
  return settleZygosities(
    recorder,
    pups.map(({ id }) => id),
    { parents: 'fill', tests: false },
  )
}

/** Result of one test, as it is chosen in the table of a litter; null takes the test back. */
export interface TestResult {
  readonly subject: Key
  readonly sequence: Key
  readonly result: 0 | 1 | null
}

const placeOf = (subject: Key, sequence: Key) => `${subject} ${sequence}`

/**
 * Records results of genotype tests: makes, changes or takes back. The zygosities follow. A fixed number of statements.
 *
 * @param date  day on which the genotype became known; nobody has to test the animals any more then
 */
export async function recordTestResults(
  recorder: Recorder,
  given: readonly TestResult[],
  date?: string,
): Promise<void> {
  // Of two results for one test the later one counts.
  const results = [...new Map(given.map((one) => [placeOf(one.subject, one.sequence), one])).values()]
  // A test of an animal that somebody else tests at the same time must be seen.
  await recorder.lock(
    Subject,
    results.map(({ subject }) => subject),
  )
  const there = await recorder.db.objects<{ id: Key; subject_id: Key; sequence_id: Key }>(sql`
    select id, subject_id, sequence_id from subjects_genotypetest where (subject_id, sequence_id) in (
      select * from unnest(${results.map(({ subject }) => subject)}::uuid[],
                           ${results.map(({ sequence }) => sequence)}::uuid[]))`)
  const tests = Map.groupBy(there, ({ subject_id, sequence_id }) => placeOf(subject_id, sequence_id))
  const testsOf = ({ subject, sequence }: TestResult) => tests.get(placeOf(subject, sequence)) ?? []
  await recorder.remove(
    GenotypeTest,
    results.filter(({ result }) => result === null).flatMap((one) => testsOf(one).map(({ id }) => id)),
  )
  const known = results.filter((one): one is TestResult & { result: 0 | 1 } => one.result !== null)
  await recorder.change(
    GenotypeTest,
    known.flatMap((one) => testsOf(one).map(({ id }) => ({ key: id, values: { test_result: one.result } }))),
  )
  await recorder.create(
    GenotypeTest,
    known
      .filter((one) => testsOf(one).length === 0)
      .map(({ subject, sequence, result }) => ({ subject_id: subject, sequence_id: sequence, test_result: result })),
  )
  if (date !== undefined)
    await recorder.change(
      Subject,
      [...new Set(known.map(({ subject }) => subject))].map((key) => ({ key, values: { genotype_date: date } })),
    )
}
