import { createHash } from 'node:crypto'
import { byName, type Column, type Constraint, type Index, type Schema, type Sequence, type Table } from './shape.ts'

/** One thing that is not as expected: `actual` is absent when it is missing, `expected` when it is too much. */
type Found<W extends string, T> = {
  readonly what: W
  readonly table: string
  readonly name: string
  readonly expected?: T
  readonly actual?: T
  /** The server works all the same: a name, an order, an index, something extra that no row of ours meets. */
  readonly harmless: boolean
}

export type Difference =
  | Found<'table', Table>
  | Found<'column', Column>
  | Found<'column order', readonly string[]>
  | Found<'constraint', Constraint>
  | Found<'index', Index>
  | Found<'sequence', Sequence>
  | Found<'view' | 'function' | 'trigger' | 'type', { readonly name: string }>

/** What we add to Alyx's tables carries this prefix, and is ours to change. */
const isOurs = ({ name }: { readonly name: string }) => name.startsWith('alyx_')

const keyed = <T extends { readonly name: string }>(list: readonly T[]) => new Map(list.map((one) => [one.name, one]))

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/**
 * Differences between the schema that should be and the one that is, tables in the order of their names. Indexes and
 * triggers called `alyx_*` are not looked at.
 */
export function compareSchemas(expected: Schema, actual: Schema): Difference[] {
  const [wanted, found] = [keyed(expected.tables), keyed(actual.tables)]
  const tables = [...new Set([...wanted.keys(), ...found.keys()])].sort()
  return [
    ...tables.flatMap((name) => compareTables(name, wanted.get(name), found.get(name))),
    ...compareSequences(expected, actual),
    ...actual.others
      .filter((other) => !isOurs(other))
      .map(({ kind, name }) => ({ what: kind, table: '', name, actual: { name }, harmless: true })),
  ]
}

function compareTables(name: string, expected: Table | undefined, actual: Table | undefined): Difference[] {
  if (!expected) return actual ? [{ what: 'table', table: name, name, actual, harmless: true }] : []
  if (!actual) return [{ what: 'table', table: name, name, expected, harmless: false }]
  return [
    ...compareColumns(name, expected.columns, actual.columns),
    ...compareNamed('constraint', name, expected.constraints, actual.constraints),
    ...compareNamed('index', name, expected.indexes, actual.indexes),
  ]
}

function compareColumns(table: string, expected: readonly Column[], actual: readonly Column[]): Difference[] {
  const [wanted, found] = [keyed(expected), keyed(actual)]
  const differences: Difference[] = []
  for (const column of expected) {
    const other = found.get(column.name)
    const at = { what: 'column', table, name: column.name, expected: column } as const
    if (!other) differences.push({ ...at, harmless: false })
    else if (!same(column, other)) differences.push({ ...at, actual: other, harmless: servesAs(other, column) })
  }
  for (const column of actual) {
    if (wanted.has(column.name)) continue
    const fillsItself = column.nullable || column.identity || column.default !== null
    differences.push({ what: 'column', table, name: column.name, actual: column, harmless: fillsItself })
  }
  if (differences.length === 0) {
    const [should, is] = [expected.map(({ name }) => name), actual.map(({ name }) => name)]
    if (!same(should, is)) {
      differences.push({ what: 'column order', table, name: table, expected: should, actual: is, harmless: true })
    }
  }
  return differences
}

/** A column does the work of another when only the way it gets its value differs: `serial` was Alyx's way before 2023. */
const servesAs = (actual: Column, expected: Column): boolean =>
  actual.type === expected.type &&
  actual.nullable === expected.nullable &&
  (!expected.identity || actual.identity || (actual.default?.startsWith('nextval(') ?? false))

/** Compares by name, and what is left by definition: the same thing under another name is one difference, not two. */
function compareNamed<W extends 'constraint' | 'index', T extends Constraint | Index>(
  what: W,
  table: string,
  expected: readonly T[],
  actual: readonly T[],
): Difference[] {
  const found = keyed(actual.filter((one) => !isOurs(one)))
  const wanted = keyed(expected.filter((one) => !isOurs(one)))
  for (const [name, one] of wanted) {
    if (!same(one, found.get(name))) continue
    wanted.delete(name)
    found.delete(name)
  }
  const differences: Found<W, T>[] = []
  for (const [name, one] of wanted) {
    const twin = [...found.values()].find((other) => same({ ...other, name }, one))
    const changed = twin ?? found.get(name)
    if (changed) found.delete(changed.name)
    const harmless = twin !== undefined || isOnlySpeed(one)
    differences.push({ what, table, name, expected: one, ...(changed && { actual: changed }), harmless })
  }
  for (const [name, one] of found) differences.push({ what, table, name, actual: one, harmless: isOnlySpeed(one) })
  return differences as Difference[]
}

const isOnlySpeed = (one: Constraint | Index): boolean => 'unique' in one && !one.unique

function compareSequences(expected: Schema, actual: Schema): Difference[] {
  const [wanted, found] = [keyed(expected.sequences), keyed(actual.sequences)]
  const names = [...new Set([...wanted.keys(), ...found.keys()])].sort()
  return names.flatMap((name): Difference[] => {
    const [should, is] = [wanted.get(name), found.get(name)]
    if (same(should, is)) return []
    const table = (should ?? is)?.ownedBy?.split('.')[0] ?? ''
    // How a number is handed out is judged with the column that it is for.
    const both = { ...(should && { expected: should }), ...(is && { actual: is }) }
    return [{ what: 'sequence', table, name, ...both, harmless: true }]
  })
}

const columnInWords = ({ type, nullable, identity, default: initial }: Column): string =>
  [type, nullable ? 'null' : 'not null', identity && 'identity', initial !== null && `default ${initial}`]
    .filter(Boolean)
    .join(' ')

function inWords(difference: Difference, side: 'expected' | 'actual'): string {
  const { what } = difference
  if (what === 'column') return columnInWords(difference[side] as Column)
  if (what === 'constraint' || what === 'index') {
    const { name, definition } = difference[side] as Constraint | Index
    return `${name} ${definition}`
  }
  if (what === 'column order') return (difference[side] as readonly string[]).join(', ')
  return JSON.stringify(difference[side])
}

/** One line for a person: what is missing, extra or different, and where. */
export function describeDifference(difference: Difference): string {
  const { what, table, name, expected, actual } = difference
  const where = what === 'column' ? `column ${table}.${name}` : `${what} ${name}`
  const on = (what === 'constraint' || what === 'index') && table ? ` on ${table}` : ''
  const plain = what === 'table' || what === 'sequence'
  if (actual === undefined) return `missing ${where}${on}${plain ? '' : ` (${inWords(difference, 'expected')})`}`
  if (expected === undefined) {
    const detail = what === 'column' || what === 'constraint' || what === 'index'
    return `extra ${where}${on}${detail ? ` (${inWords(difference, 'actual')})` : ''}`
  }
  return `different ${where}${on}: ${inWords(difference, 'actual')} instead of ${inWords(difference, 'expected')}`
}

/** A short text that two schemas share exactly when nothing but `alyx_*` differs between them. */
export function fingerprint(schema: Schema): string {
  const tables = schema.tables.map(({ name, columns, constraints, indexes }) => [
    name,
    columns.map((column) => [column.name, columnInWords(column)]),
    constraints.map((one) => [one.name, one.definition]),
    indexes.filter((one) => !isOurs(one)).map((one) => [one.name, one.unique, one.definition]),
  ])
  const sequences = schema.sequences.map(({ name, type, ownedBy }) => [name, type, ownedBy])
  const others = schema.others.filter((one) => !isOurs(one)).toSorted(byName)
  return createHash('sha256')
    .update(JSON.stringify([tables, sequences, others]))
    .digest('hex')
}
