import { randomUUID } from 'node:crypto'
import {
  all,
  type ColumnField,
  columnFields,
  columnName,
  type ManyField,
  type Model,
  modelNamed,
  primaryKey,
  type ReferenceField,
} from '@alyx/models'
import { DumpError, type Place } from './dump-error.ts'
import { isExactNumber } from './exact-json.ts'
import { readValue, Unfit } from './field-values.ts'
import { type NaturalKey, naturalKeyLength } from './natural-keys.ts'
import type { DumpedObject } from './read-objects.ts'

/** What rows get for fields that their dump does not mention. */
interface LoadDefaults {
  /** Wall clock of the load. */
  readonly now: string
  readonly timeZone: string
  /** Lab of rows that name none. */
  readonly lab?: string
}

/** A key that must be looked up before the row can be written. */
export interface Unresolved {
  readonly to: Model
  readonly key: NaturalKey
  readonly field: string
  /** Puts the primary key where it belongs. */
  readonly settle: (pk: string) => void
}

/** An object of a dump as a row of its model's table. */
export interface LoadedRow {
  /** The loader adds the key of an object that came without. */
  place: Place
  readonly model: Model
  readonly row: Record<string, unknown>
  /** Keys of the linked rows by many-to-many field; the object lists them all, so links that are there give way. */
  readonly links: ReadonlyMap<string, (string | number)[]>
  readonly unresolved: readonly Unresolved[]
}

const modelsByName = new Map(
  all
    .filter((model) => model.app !== 'migrations')
    .flatMap((model) => [
      [model.key, model] as const,
      ...(model.proxies ?? []).map((proxy) => [`${proxy.app}.${proxy.name.toLowerCase()}`, model] as const),
    ]),
)

/** What is asked of a model for each of its rows, looked up once. */
interface Plan {
  readonly key: ReturnType<typeof primaryKey>
  readonly columns: readonly [string, ColumnField][]
  readonly links: readonly [string, ManyField][]
}
const plans = new Map<Model, Plan>()

function planOf(model: Model): Plan {
  const known = plans.get(model)
  if (known) return known
  const plan = {
    key: primaryKey(model),
    columns: columnFields(model).filter(([, field]) => !field.primaryKey),
    links: Object.entries(model.fields).filter((entry): entry is [string, ManyField] => entry[1].kind === 'many'),
  }
  plans.set(model, plan)
  return plan
}

/** The row that an object of a dump describes. @throws DumpError with the place and what was expected */
export function rowOfObject({ line, value }: DumpedObject, defaults: LoadDefaults): LoadedRow {
  const name = value.model
  if (typeof name !== 'string')
    throw new DumpError({ line }, 'expected "model" to be a text such as "subjects.subject"')
  const model = modelsByName.get(name.toLowerCase())
  if (!model) throw new DumpError({ line, model: name }, `no model is called "${name}"`)
  const reading = new Reading(model, line, defaults)
  reading.primaryKey(value.pk)
  if (typeof value.fields !== 'object' || value.fields === null || Array.isArray(value.fields)) {
    throw new DumpError(reading.place, 'expected "fields" to be an object')
  }
  const given = value.fields as Record<string, unknown>
  for (const key of Object.keys(given)) reading.refuseUnknown(key)
  const { columns, links } = planOf(model)
  for (const [key, field] of columns) reading.column(key, field, given[key])
  for (const [key, field] of links) {
    if (given[key] !== undefined) reading.many(key, field, given[key])
  }
  return reading
}

class Reading implements LoadedRow {
  readonly model: Model
  readonly row: Record<string, unknown> = {}
  readonly links = new Map<string, (string | number)[]>()
  readonly unresolved: Unresolved[] = []
  place: Place
  readonly #defaults: LoadDefaults

  constructor(model: Model, line: number, defaults: LoadDefaults) {
    this.model = model
    this.place = { line, model: model.key }
    this.#defaults = defaults
  }

  #refuse(field: string, problem: string): never {
    throw new DumpError({ ...this.place, field }, problem)
  }

  primaryKey(given: unknown): void {
    const { column } = planOf(this.model).key
    if (given === undefined || given === null) {
      // Dumped with natural primary keys: the loader gives it the key of the row that is there, or else a new one.
      if (!this.model.naturalKey) throw new DumpError(this.place, 'expected "pk"')
      this.row[column] = null
      return
    }
    const pk = this.#key(this.model, given, 'pk')
    this.row[column] = pk
    this.place = { ...this.place, pk: String(pk) }
  }

  refuseUnknown(name: string): void {
    const field = this.model.fields[name]
    if (!field || field.kind === 'generic') this.#refuse(name, 'the model has no such field')
    if (field.kind === 'many' && field.through) {
      this.#refuse(name, `links of this field are rows of their own, of ${field.through}`)
    }
  }

  column(name: string, field: ColumnField, given: unknown): void {
    const column = columnName(name, field)
    const value = given === undefined ? this.#default(name, field) : given
    if (value === null) {
      if (!field.nullable) this.#refuse(name, 'expected a value, found null')
      this.row[column] = null
    } else if (field.kind === 'reference') {
      if (Array.isArray(value)) this.#lookUp(name, field, value, (pk) => (this.row[column] = pk))
      else this.row[column] = this.#key(modelNamed(field.to), value, name)
    } else if (field.kind === 'text' && field.emptyIsNull && value === '') {
      this.row[column] = null
    } else {
      this.row[column] = this.#read(value, field, name)
    }
  }

  many(name: string, field: ManyField, given: unknown): void {
    if (!Array.isArray(given)) this.#refuse(name, 'expected a list of keys')
    const keys: (string | number)[] = []
    this.links.set(name, keys)
    for (const key of given as unknown[]) {
      if (Array.isArray(key)) this.#lookUp(name, field, key, (pk) => keys.push(pk))
      else keys.push(this.#key(modelNamed(field.to), key, name))
    }
  }

  /** A primary key of `to`, as text or number. */
  #key(to: Model, value: unknown, field: string): string | number {
    const { key } = planOf(to)
    // The key of a model that extends another is the other's.
    if (key.field.kind === 'reference') return this.#key(modelNamed(key.field.to), value, field)
    return this.#read(value, key.field, field) as string | number
  }

  #read(value: unknown, field: Exclude<ColumnField, ReferenceField>, name: string): unknown {
    try {
      return readValue(value, field)
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      return this.#refuse(name, `expected ${error.message}, found ${shown(value)}`)
    }
  }

  #lookUp(field: string, { to }: { to: string }, key: NaturalKey, settle: (pk: string) => void): void {
    const model = modelNamed(to)
    if (!model.naturalKey) this.#refuse(field, `expected a primary key of ${to}, found ${shown(key)}`)
    if (key.length !== naturalKeyLength(model)) {
      this.#refuse(field, `expected a natural key of ${naturalKeyLength(model)} values, found ${shown(key)}`)
    }
    this.unresolved.push({ to: model, key, field, settle })
  }

  /** What a field that the dump leaves out gets: what the application would give a new row. */
  #default(name: string, field: ColumnField): unknown {
    const rule = field.default
    if (field.touched) return this.#defaults.now
    if (rule && 'value' in rule) return rule.value
    if (rule && 'make' in rule)
      return { uuid: randomUUID(), now: nowFor(field, this.#defaults.now), emptyList: [] }[rule.make]
    if (rule && 'setting' in rule) {
      const value = { time_zone: this.#defaults.timeZone, default_lab: this.#defaults.lab, default_protocol: '1' }[
        rule.setting
      ]
      if (value !== undefined) return value
    }
    // The rows named "unknown" have another key in every database.
    if (rule && 'rule' in rule && !field.nullable && rule.rule.startsWith('unknown')) return ['unknown']
    if (field.nullable) return null
    return this.#refuse(name, 'the field is missing, and there is nothing to put in its place')
  }
}

const nowFor = (field: ColumnField, now: string) => (field.kind === 'date' ? now.slice(0, 'YYYY-MM-DD'.length) : now)

function shown(value: unknown): string {
  const text = isExactNumber(value) ? value.rawJSON : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
