import { RENDERERS } from '../accept.ts'
import type { Resource } from '../contract/index.ts'
import type { ContractField } from './contract-field.ts'
import { fieldsOf, type View } from './fields-of.ts'
import { viewOf } from './representations.ts'
import { specialRoutes } from './special-routes.ts'

const PARSED = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'] as const

/** What OPTIONS says of an address: its name, the forms it speaks, and the fields of the bodies it takes. */
export interface Metadata {
  readonly name: string
  readonly description: string
  readonly renders: readonly string[]
  readonly parses: readonly string[]
  readonly actions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const rendered = RENDERERS.map(({ mediaType }) => mediaType)

/**
 * The answer to OPTIONS at a collection or one of its records.
 *
 * @param mayWrite  whether the caller may create or replace records there; otherwise the fields are not listed
 */
export function optionsMetadata(
  resource: Resource,
  view: View,
  { mayWrite }: { readonly mayWrite: boolean },
): Metadata {
  const { list, detail, model } = resource
  const route = view === 'detail' ? (detail ?? list) : list
  const method = view === 'detail' ? 'PUT' : 'POST'
  const fields = mayWrite && route.methods.includes(method) ? fieldsOf(resource, viewOf(resource, method)) : undefined
  return {
    name: route.view,
    description: model.help,
    renders: rendered,
    parses: PARSED,
    ...(fields && { actions: { [method]: described(fields, method === 'PUT') } }),
  }
}

/** The same for an address that is no collection, by its path in the documents. @throws Error for an unknown path */
export function specialOptionsMetadata(path: string, { mayWrite }: { readonly mayWrite: boolean }): Metadata {
  const route = specialRoutes.find((one) => one.path === path)
  if (!route) throw new Error(`the documents know no "${path}"`)
  const create = route.methods.find(({ method }) => method === 'post')
  const signsIn = create?.schema !== undefined
  return {
    name: route.view,
    description: route.methods.map(({ help }) => help).join(' '),
    renders: signsIn ? ['application/json'] : rendered,
    parses: signsIn ? [...PARSED.slice(1), ...PARSED.slice(0, 1)] : PARSED,
    // Free bodies are listed without fields: clients that build forms from the list must not think it complete.
    ...(create && mayWrite && { actions: { POST: described(signsIn ? (create.body ?? []) : [], false) } }),
  }
}

const described = (fields: readonly ContractField[], replacing: boolean): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field.name, metadataOf(field, replacing)]))

function metadataOf(field: ContractField, replacing: boolean): Record<string, unknown> {
  const { required, onlyToCreate, readOnly, label, help, maxLength, minimum, maximum, choices, children, type } = field
  // Records without a name of their own are values worked out for the answer, as in the document.
  const child =
    children && field.schema
      ? { type: 'nested object', required: true, read_only: readOnly, children: described(children, replacing) }
      : undefined
  const plain = !choices && !field.relation
  return {
    type: child ? (type === 'array' ? 'field' : 'nested object') : typeOf(field),
    required: required && !(replacing && onlyToCreate),
    read_only: readOnly,
    label,
    ...(help && { help_text: help }),
    ...(maxLength !== undefined && { max_length: maxLength }),
    ...(minimum !== undefined && plain && { min_value: Number(minimum) }),
    ...(maximum !== undefined && plain && { max_value: Number(maximum) }),
    ...(choices && !readOnly && { choices: choices.map(([value, display_name]) => ({ value, display_name })) }),
    ...(child && (type === 'array' ? { child } : { children: child.children })),
    ...(isPlainList(field) && { child: { type: 'field', required: true, read_only: false } }),
  }
}

const isPlainList = ({ type, relation, computed, children }: ContractField): boolean =>
  type === 'array' && !relation && !computed && !children

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': 'datetime',
  date: 'date',
  uri: 'url',
  email: 'email',
  double: 'float',
}

/** Kind of a field in the words of OPTIONS. */
function typeOf(field: ContractField): string {
  const { type, format, relation, computed, image, choices, children } = field
  if (relation || computed || children || type === undefined) return 'field'
  if (image) return 'image upload'
  if (choices) return 'choice'
  if (type === 'array') return 'list'
  return BY_FORMAT[format ?? ''] ?? type
}
