/** What a step may be given, as its application described it. */
export type Signature = Readonly<Record<string, unknown>>

/** Of every step of pypelines: how its result is looked for, made and kept. */
const MANAGEMENT: Readonly<Record<string, (value: unknown) => boolean>> = {
  skip: isFlag,
  refresh: isFlag,
  refresh_requirements: (value) => isFlag(value) || isTexts(value),
  check_requirements: isFlag,
  save_output: isFlag,
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean'
}
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string')

/** Types of Python that JSON can tell apart; any other takes whatever comes. */
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  str: (value) => typeof value === 'string',
  bool: isFlag,
  list: Array.isArray,
  tuple: Array.isArray,
  dict: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}
/** How pypelines says that a parameter has no default. */
const NO_DEFAULT = '__empty__'

interface Parameter {
  readonly typehint?: unknown
  readonly default_value?: unknown
  readonly kind?: unknown
}

/**
 * Compares arguments with what a step takes. A step of which nothing is known takes everything.
 *
 * @returns one sentence for each that is wrong
 */
export function faultsIn(signature: Signature, given: Readonly<Record<string, unknown>>): string[] {
  const parameters = new Map(Object.entries(signature).map(([name, one]) => [name, (one ?? {}) as Parameter]))
  const kinds = [...parameters.values()].map(({ kind }) => String(kind ?? ''))
  const open = parameters.size === 0 || kinds.some((kind) => kind.includes('VAR_KEYWORD'))
  const faults: string[] = []
  for (const [name, value] of Object.entries(given)) {
    const manages = Object.hasOwn(MANAGEMENT, name) ? MANAGEMENT[name] : undefined
    const type = String(parameters.get(name)?.typehint ?? '')
    if (manages) {
      if (!manages(value)) faults.push(`"${name}" must be true or false.`)
    } else if (parameters.has(name)) {
      const right = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
      if (value !== null && right && !right(value)) faults.push(`"${name}" must be of the type ${type}.`)
    } else if (!open) faults.push(`There is no argument "${name}": it takes ${namesOf(parameters)}.`)
  }
  for (const [name, { default_value: otherwise, kind }] of parameters)
    if (otherwise === NO_DEFAULT && !String(kind ?? '').includes('VAR_') && !(name in given))
      faults.push(`"${name}" is missing and has no default.`)
  if (given.skip === true && given.refresh === true) faults.push('"skip" and "refresh" exclude each other.')
  return faults
}

function namesOf(parameters: ReadonlyMap<string, unknown>): string {
  return [...parameters.keys(), ...Object.keys(MANAGEMENT)].map((name) => `"${name}"`).join(', ')
}
