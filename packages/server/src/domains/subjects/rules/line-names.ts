/**
 * Names that a line gives: its animals, breeding pairs and litters are numbered one after the other, each kind by a
 * counter of the line. A name that exists already is skipped, whoever gave it.
 *
 * Source: Alyx 3.6.1, subjects/models.py, Line.new_subject_autoname and its sisters.
 */
import { BreedingPair, Litter, Subject } from '@alyx/models'
import { identifier, raw, sql } from '../../../database/index.ts'
import { type Draft, type Key, type Recorder, rulesFor } from '../../../records/index.ts'
import { wallClockOf, withPastValues } from './past-values.ts'

/** What stands for a name that nobody has given yet. */
const UNNAMED = '-'

/** How one kind of record is numbered within a line. */
export interface Numbering {
  readonly table: string
  /** Column that holds the name. */
  readonly column: 'nickname' | 'name'
  /** Column of the line that holds the last number given. */
  readonly counter: 'subject_autoname_index' | 'breeding_pair_autoname_index' | 'litter_autoname_index'
  /** What stands between the nickname of the line and the number. */
  readonly infix: string
  /** Fewest digits of the number. */
  readonly digits: number
}

export const SUBJECT_NUMBERING: Numbering = {
  table: Subject.table,
  column: 'nickname',
  counter: 'subject_autoname_index',
  infix: '_',
  digits: 4,
}
const PAIR_NUMBERING: Numbering = {
  table: BreedingPair.table,
  column: 'name',
  counter: 'breeding_pair_autoname_index',
  infix: '_BP_',
  digits: 3,
}
const LITTER_NUMBERING: Numbering = {
  table: Litter.table,
  column: 'name',
  counter: 'litter_autoname_index',
  infix: '_L_',
  digits: 3,
}

/** Whether nobody has given a name yet. */
export const isUnnamed = (name: string | null | undefined): boolean =>
  name === null || name === undefined || name === '' || name === UNNAMED

/** How many names of each line are wanted. */
export type Wanted = ReadonlyMap<Key, number>

/**
 * Free names of lines, in the order of their numbers; the counters of the lines move on. Three statements, however many
 * names and lines. The lines are locked until the transaction ends, so that two requests never get the same number.
 *
 * @param given names that are about to be taken
 * @returns names by line; a line that does not exist gives none
 */
export async function takeNames(
  { db }: Recorder,
  { table, column, counter, infix, digits }: Numbering,
  wanted: Wanted,
  given: readonly string[] = [],
): Promise<Map<Key, string[]>> {
  if (wanted.size === 0) return new Map()
  // Not `for update`: who only refers to the line need not wait.
  const lines = await db.objects<{ id: Key; nickname: string; last: number }>(sql`
    select id, nickname, ${identifier(counter)} as last from subjects_line
     where id = any(${[...wanted.keys()]}::uuid[]) order by id for no key update`)
  const found = await db.objects<{ line: Key; number: number; name: string }>(sql`
    select line.id as line, free.number, free.name
      from unnest(${lines.map(({ id }) => id)}::uuid[], ${lines.map(({ nickname }) => nickname + infix)}::text[],
                  ${lines.map(({ last }) => last)}::integer[],
                  ${lines.map(({ id }) => wanted.get(id)!)}::integer[]) as line(id, prefix, last, wanted)
     cross join lateral (
       select number, name from (
         select number, line.prefix || lpad(number::text, greatest(length(number::text), ${digits}::integer), '0') as name
           from (select generate_series(line.last + 1, ${raw('2147483647')}) as number) as numbers
       ) as candidate
        -- Counted, not joined: the numbers have no end, and are looked at one by one until enough are free.
        where (select count(*) from ${identifier(table)} as t where t.${identifier(column)} = candidate.name) = 0
          and candidate.name <> all(${given}::text[])
        limit line.wanted
     ) as free
     order by free.number`)
  const names = Map.groupBy(found, ({ line }) => line)
  await db.execute(sql`
    update subjects_line as line set ${identifier(counter)} = moved.last
      from unnest(${[...names.keys()]}::uuid[],
                  ${[...names.values()].map((ones) => ones.at(-1)!.number)}::integer[]) as moved(id, last)
     where line.id = moved.id`)
  return new Map([...names].map(([line, ones]) => [line, ones.map(({ name }) => name)]))
}

/** A record with a name and perhaps a line. */
interface Named {
  readonly line_id: Key | null
}

/** Gives names to those that have a line and no name. Three statements, none when all have names. */
async function nameFromLine(
  drafts: readonly { readonly values: Named }[],
  recorder: Recorder,
  numbering: Numbering,
): Promise<void> {
  const { column } = numbering
  const rows = drafts.map(({ values }) => values as Named & Record<typeof column, string | null>)
  const unnamed = rows.filter((row) => row.line_id !== null && isUnnamed(row[column]))
  if (unnamed.length === 0) return
  const byLine = Map.groupBy(unnamed, ({ line_id }) => line_id!)
  const wanted = new Map([...byLine].map(([line, ones]) => [line, ones.length]))
  const given = rows.map((row) => row[column]).filter((name) => name !== null)
  const names = await takeNames(recorder, numbering, wanted, given)
  for (const [line, ones] of byLine)
    for (const [at, row] of ones.entries()) row[column] = names.get(line)?.[at] ?? UNNAMED
}

export const subjectNameRules = rulesFor(Subject, {
  async prepare(drafts: readonly Draft<typeof Subject>[], recorder) {
    const asked = drafts.map(({ values }) => values.nickname)
    await nameFromLine(drafts, recorder, SUBJECT_NUMBERING)
    // As in Alyx, where a new animal was called "-" for a moment.
    for (const [at, { before, values }] of drafts.entries())
      if (before === undefined && values.nickname !== asked[at])
        values.json = withPastValues(values.json as string | null, [
          { field: 'nickname', date_time: wallClockOf(recorder), value: asked[at] || UNNAMED },
        ])
  },
})

export const pairNameRules = rulesFor(BreedingPair, {
  prepare: (drafts: readonly Draft<typeof BreedingPair>[], recorder) => nameFromLine(drafts, recorder, PAIR_NUMBERING),
})

export const litterNameRules = rulesFor(Litter, {
  prepare: (drafts: readonly Draft<typeof Litter>[], recorder) => nameFromLine(drafts, recorder, LITTER_NUMBERING),
})
