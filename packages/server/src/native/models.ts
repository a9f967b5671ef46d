import { all, columnName, type Field, fieldsWithInherited, hasColumn, type Model, primaryKey } from '@alyx/models'
import type { Account } from '../domains/labs/index.ts'
import { isCredential, isHidden } from '../query/index.ts'
import { mayEver } from '../rights/index.ts'
import { BASE } from './gate.ts'

/** Models that have addresses: all but those whose keys are credentials. */
export const served: readonly Model[] = all.filter((model) => !isHidden(model))

/** A field that an answer may show, and the model that declares it. */
export interface ShownField {
  readonly name: string
  readonly field: Field
  readonly owner: Model
}

/** The fields of a model's rows, inherited ones included, in the order of the declaration. Credentials are none. */
export const shownFields = (model: Model): readonly ShownField[] =>
  Object.entries(fieldsWithInherited(model)).flatMap(([name, { field, owner }]) => {
    if (hasColumn(field) && isCredential(owner, columnName(name, field), field)) return []
    // The reference by which a row extends another holds the same key as the inherited `id`.
    return field.kind === 'reference' && field.primaryKey ? [] : [{ name, field, owner }]
  })

/** `/subjects/subject`, below the base of the API. */
export const urlOf = (model: Model): string => `/${model.app}/${model.name.toLowerCase()}`

/** The whole path of a model's list: `/api/v1/subjects/subject`. */
export const addressOf = (model: Model): string => `${BASE}${urlOf(model)}`

/** Where a person sees a row: `/admin/subjects/subject/<key>/change/`, as in links of old notebooks and mails. */
export const pageAddressOf = (model: Model, key: string): string => `/admin${urlOf(model)}/${key}/change/`

/** The account may see rows of the model. To others it does not exist, by whatever path they come. */
export const sees = (account: Account, model: Model): boolean =>
  !isHidden(model) && mayEver(account, 'view', model) !== 'none'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Whole numbers that every column of keys can hold. */
const NUMBER = /^(?:0|[1-9]\d{0,8})$/

/** A word of an address as a primary key; undefined when no row can have it. */
export function keyIn(model: Model, word: string): string | undefined {
  const { kind } = primaryKey(model).field
  if (kind === 'identity' || kind === 'integer') return NUMBER.test(word) ? word : undefined
  const lower = word.toLowerCase()
  return UUID.test(lower) ? lower : undefined
}
