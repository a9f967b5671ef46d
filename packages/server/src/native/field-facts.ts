import type { Field, Kind, Literal, Model } from '@alyx/models'
import { lookupNames } from '../query/index.ts'
import { shownFields } from './models.ts'

/** What a form, a grid and a filter bar need to know of a field. */
export interface FieldFacts {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly kind: Kind
  readonly unit?: string
  /** A new row without it is refused. */
  readonly required: boolean
  /** JSON null is accepted. */
  readonly nullable: boolean
  /** The empty text is accepted. */
  readonly blank: boolean
  /** What a new row gets when nothing is given: a value, or the word for how it is made. */
  readonly default?: { readonly value: Literal } | { readonly made: string }
  /** Set by the server, or written by other ways (pictures, links that are rows of their own); never taken from a body. */
  readonly read_only: boolean
  readonly unique: boolean
  readonly choices?: readonly { readonly value: string | number; readonly label: string }[]
  readonly max_length?: number
  readonly pattern?: string
  readonly pattern_message?: string
  readonly minimum?: number
  readonly maximum?: number
  /** A long text that is written and shown as Markdown. */
  readonly markdown?: boolean
  /** The field whose rows choose among the texts to begin with, by their names. */
  readonly templates?: string
  /** Number of elements of a list. */
  readonly length?: number
  /** The model that it refers to, as `app.model`, and what happens here when that row is deleted. */
  readonly to?: string
  readonly many: boolean
  readonly on_delete?: string
  /** Of a field that stands for two others: the one with the content type and the one with the key. */
  readonly made_of?: readonly [string, string]
  /** Ways to compare it in filters: `name__icontains`. */
  readonly lookups: readonly string[]
}

/** `responsible_user` as people read it: `Responsible user`. */
const captionOf = (name: string, { label }: Field): string =>
  label ?? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`

/** Facts that fields may declare whatever their kind, under the names that answers use. */
const declared = (field: Field): Partial<FieldFacts> => ({
  ...('unit' in field && field.unit !== undefined && { unit: field.unit }),
  ...('choices' in field && { choices: field.choices.map(([value, label]) => ({ value, label })) }),
  ...('maxLength' in field && { max_length: field.maxLength }),
  ...('formMaxLength' in field && field.formMaxLength !== undefined && { max_length: field.formMaxLength }),
  ...('pattern' in field && field.pattern !== undefined && { pattern: field.pattern }),
  ...('patternMessage' in field && field.patternMessage !== undefined && { pattern_message: field.patternMessage }),
  ...('positive' in field && field.positive && { minimum: 0 }),
  ...('minimum' in field && field.minimum !== undefined && { minimum: field.minimum }),
  ...('maximum' in field && field.maximum !== undefined && { maximum: field.maximum }),
  ...('markdown' in field && field.markdown && { markdown: true }),
  ...('templates' in field && field.templates !== undefined && { templates: field.templates }),
  ...('length' in field && field.length !== undefined && { length: field.length }),
  ...('to' in field && { to: field.to }),
  ...('onDelete' in field && { on_delete: field.onDelete }),
  ...('typeField' in field && { made_of: [field.typeField, field.idField] as const }),
})

function defaultOf(field: Field): Pick<FieldFacts, 'default'> {
  if (!('default' in field) || !field.default) return {}
  if ('value' in field.default) return { default: { value: field.default.value } }
  const [made] = Object.values(field.default)
  return { default: { made: String(made) } }
}

/** Kinds that can be empty without being null. */
const EMPTY_KINDS: ReadonlySet<Kind> = new Set([
  'text',
  'longText',
  'email',
  'url',
  'image',
  'choice',
  'json',
  'floatList',
  'integerList',
  'many',
])

function factsOf(name: string, field: Field): FieldFacts {
  const stored = 'primaryKey' in field || 'nullable' in field || 'default' in field ? field : undefined
  const is = (word: 'nullable' | 'needed' | 'primaryKey' | 'readOnly' | 'touched' | 'unique'): boolean =>
    word in field && (field as Partial<Record<typeof word, boolean>>)[word] === true
  const blank = 'blank' in field && field.blank === true
  const elsewhere =
    field.kind === 'generic' || field.kind === 'image' || ('through' in field && field.through !== undefined)
  // A key that nothing makes is given with the row.
  const givenKey = field.kind === 'integer' && is('primaryKey')
  const readOnly = (is('primaryKey') && !givenKey) || is('readOnly') || is('touched') || elsewhere
  const filled = stored !== undefined && 'default' in stored && stored.default !== undefined
  // The empty text is what a text gets by itself; it satisfies nobody who has to fill it in.
  const emptied = filled && 'value' in stored.default! && stored.default.value === ''
  const mayBeEmpty = blank && EMPTY_KINDS.has(field.kind)
  const nullable = is('nullable') && !is('needed')
  return {
    name,
    label: captionOf(name, field),
    help: field.help,
    kind: field.kind,
    required: !readOnly && !nullable && (is('needed') || (!mayBeEmpty && (!filled || emptied))),
    nullable,
    blank,
    ...defaultOf(field),
    read_only: readOnly,
    unique: is('unique') || is('primaryKey'),
    many: field.kind === 'many',
    ...declared(field),
    lookups: lookupNames(field),
  }
}

/** Facts of every field that is not a credential, in the order of the declaration. */
export const fieldFacts = (model: Model): readonly FieldFacts[] =>
  shownFields(model).map(({ name, field }) => factsOf(name, field))
