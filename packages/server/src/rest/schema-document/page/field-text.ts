import type { ContractField, ValueFacts } from '../contract-field.ts'
import type { Json, Parameter } from '../parameters.ts'

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: 'identifier (UUID)',
  date: 'date, YYYY-MM-DD',
  'date-time': 'date and time, ISO 8601',
  uri: 'address',
  email: 'e-mail address',
}
const BY_TYPE: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'record',
  array: 'list',
}

function valueText({ type, format, choices, maxLength }: ValueFacts): string {
  if (choices) {
    const shown = choices.map(([value, label]) => (String(value) === label ? label : `${value} (${label})`))
    return `one of ${shown.join(', ')}`
  }
  const name = BY_FORMAT[format ?? ''] ?? BY_TYPE[type ?? ''] ?? 'any JSON'
  return maxLength === undefined ? name : `${name}, at most ${maxLength} characters`
}

/** What a field holds, in words: "list of records: id, name". */
export function kindOfField(field: ContractField): string {
  const { type, items, children } = field
  if (children)
    return `${type === 'array' ? 'list of records' : 'record'}: ${children.map(({ name }) => name).join(', ')}`
  if (type === 'array' && items) return items.type ? `list, each ${valueText(items)}` : 'list'
  return valueText(field)
}

/** What must be known before writing a field; empty when nothing. */
export function flagsOf({ readOnly, required, onlyToCreate, writeOnly, nullable }: ContractField): string[] {
  return [
    ...(readOnly ? ['read only'] : []),
    ...(required ? [onlyToCreate ? 'required to create' : 'required'] : []),
    ...(writeOnly ? ['write only'] : []),
    ...(nullable && !readOnly ? ['may be null'] : []),
  ]
}

/** What a parameter takes, in words. */
export function kindOfParameter({ schema, explode }: Parameter): string {
  const {
    type,
    format,
    enum: values,
    items,
  } = schema as Json & { readonly enum?: readonly unknown[]; readonly items?: ValueFacts }
  if (values) return `one of ${values.join(', ')}`
  const name = BY_FORMAT[String(format)] ?? BY_TYPE[String(type)] ?? 'text'
  if (type !== 'array') return name
  return `${valueText(items ?? {})}; ${explode ? 'may be given several times' : 'several separated by commas'}`
}
