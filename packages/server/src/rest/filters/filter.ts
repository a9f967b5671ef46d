import type { Db } from '../../database/index.ts'
import { allOf, FilterError, type Fragment, holding, type Scope } from '../../query/index.ts'

/** Parameters of a request that are not empty; the last value of a repeated one. */
export type Given = ReadonlyMap<string, string>

/** Something that must be true in the database before a filter makes sense. */
export interface Check {
  readonly condition: Fragment<boolean>
  readonly message: string
  /** The message belongs to the parameter, as a form's does; otherwise it is the whole answer. */
  readonly ofParameter: boolean
}

/** What a value asks for. */
export interface Wish {
  readonly where?: (scope: Scope) => Fragment | undefined
  readonly checks?: readonly Check[]
  /** Nothing that other filters say counts any more. */
  readonly replaces?: boolean
}

export interface Invalid {
  readonly invalid: string
}

/** One query parameter of a list: how its text is read and what it selects. */
export interface ListFilter {
  /** Type in the schema document. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly help?: string
  /**
   * @param value  not empty, surrounding blanks removed
   * @param values  every value given under the name
   * @returns undefined when the value asks for nothing
   */
  read(value: string, values: readonly string[], given: Given): Wish | Invalid | undefined
}

export type ListFilters = Readonly<Record<string, ListFilter>>

/** A value that its parameter does not accept: messages by parameter. */
export class InvalidParameters extends Error {
  readonly parameters: Readonly<Record<string, readonly string[]>>
  constructor(parameters: Readonly<Record<string, readonly string[]>>) {
    super(
      Object.entries(parameters)
        .map(([name, messages]) => `${name}: ${messages.join(' ')}`)
        .join('; '),
    )
    this.parameters = parameters
  }
}

const NULL_CHARACTER = '\u0000'

/**
 * Reads the filters of a request: simple values are judged first and all together, then what they refer to is looked up
 * in one statement.
 *
 * @returns the condition on the rows; undefined when there is none
 * @throws InvalidParameters naming every value that cannot be read
 * @throws FilterError for a value that a rule of its own refuses
 */
export async function readFilters(
  db: Db,
  filters: ListFilters,
  parameters: ReadonlyMap<string, readonly string[]>,
): Promise<((scope: Scope) => Fragment) | undefined> {
  const given = new Map(
    [...parameters]
      .map(([name, values]) => [name, (values.at(-1) ?? '').trim()] as const)
      .filter(([, value]) => value !== ''),
  )
  const faults = new Map<string, string>()
  const wishes: { readonly name: string; readonly wish: Wish }[] = []
  for (const [name, filter] of Object.entries(filters)) {
    const value = given.get(name)
    if (value === undefined) continue
    const values = (parameters.get(name) ?? []).filter((one) => one !== '')
    const wish = value.includes(NULL_CHARACTER)
      ? { invalid: 'Null characters are not allowed.' }
      : filter.read(value, values, given)
    if (wish === undefined) continue
    if ('invalid' in wish) faults.set(name, wish.invalid)
    else wishes.push({ name, wish })
  }
  const refusal = await runChecks(db, wishes, faults)
  if (faults.size > 0) {
    throw new InvalidParameters(
      Object.fromEntries(
        Object.keys(filters).flatMap((name) => (faults.has(name) ? [[name, [faults.get(name)!]]] : [])),
      ),
    )
  }
  if (refusal) throw new FilterError(refusal)
  const replacing = wishes.findLast(({ wish }) => wish.replaces)
  const used = (replacing ? [replacing] : wishes).flatMap(({ wish }) => (wish.where ? [wish.where] : []))
  if (used.length === 0) return undefined
  return (scope) => allOf(used.map((where) => where(scope)).filter((condition) => condition !== undefined))
}

/** Looks up everything the wishes depend on. @returns the first message that stands for the whole answer */
async function runChecks(
  db: Db,
  wishes: readonly { name: string; wish: Wish }[],
  faults: Map<string, string>,
): Promise<string | undefined> {
  const checks = wishes.flatMap(({ name, wish }) => (wish.checks ?? []).map((check) => ({ name, ...check })))
  if (checks.length === 0) return undefined
  const answers = await holding(
    db,
    checks.map(({ condition }) => condition),
  )
  const failed = checks.filter((_, at) => !answers[at])
  for (const { name, message, ofParameter } of failed) if (ofParameter && !faults.has(name)) faults.set(name, message)
  return failed.find(({ ofParameter }) => !ofParameter)?.message
}
