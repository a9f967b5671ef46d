import type { Model } from '@alyx/models'
import type { Fragment, Order, Scope, Shape } from '../../query/index.ts'
import type { ListFilters } from '../filters/filter.ts'
import type { Writes } from '../writing/writing.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** How one row is named in an address. */
export interface Lookup {
  /** Form of the last word of the address; another form is another address, so it is not found. */
  readonly form: 'uuid' | 'integer' | 'text'
  /** Field that the word is compared with. */
  readonly field: string
  /** Name of the word in the documentation. */
  readonly parameter: string
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether the last word of an address can name a row. */
export const hasForm = ({ form }: Lookup, word: string): boolean => FORMS[form](word)

const FORMS: Readonly<Record<Lookup['form'], (word: string) => boolean>> = {
  uuid: (word) => UUID.test(word),
  integer: (word) => /^\d+$/.test(word),
  text: (word) => word !== '',
}

export interface ListRoute {
  readonly methods: readonly Method[]
  readonly shape: Shape
  readonly order: Order
  readonly filters: ListFilters
  /** Only these rows. */
  readonly only?: (scope: Scope) => Fragment
  /** Name of the representation in the schema document. */
  readonly schema: string
  /** Name of the view, as OPTIONS says it. */
  readonly view: string
}

export interface DetailRoute {
  readonly methods: readonly Method[]
  readonly shape: Shape
  readonly lookup: Lookup
  readonly schema: string
  readonly view: string
}

/** One collection of the Alyx contract: what its rows look like, how they are found, what may be done with them. */
export interface Resource {
  /** `/sessions` */
  readonly path: string
  readonly model: Model
  readonly list: ListRoute
  readonly detail?: DetailRoute
  readonly writes?: Writes
}

const LIST: readonly Method[] = ['GET', 'POST']
const DETAIL: readonly Method[] = ['GET', 'PUT', 'PATCH', 'DELETE']

interface Declared {
  readonly model: Model
  readonly shape: Shape
  /** Representation of one row where it says more than the list. */
  readonly detailShape?: Shape
  readonly lookup?: Lookup
  readonly order?: Order
  readonly filters?: ListFilters
  readonly only?: ListRoute['only']
  readonly writes?: Writes
  readonly methods?: readonly Method[]
  readonly detailMethods?: readonly Method[]
  readonly schema?: string
  readonly detailSchema?: string
  readonly views?: readonly [list: string, detail?: string]
}

export const byId: Lookup = { form: 'uuid', field: 'id', parameter: 'id' }
export const byNumber: Lookup = { form: 'integer', field: 'id', parameter: 'id' }
export const byText = (field: string): Lookup => ({ form: 'text', field, parameter: field })

const spaced = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ')

/** Declares a collection; what is not said follows from the model. */
export function resource(path: string, declared: Declared): Resource {
  const { model, lookup } = declared
  const schema = declared.schema ?? model.name
  const views = declared.views ?? [`${spaced(model.name)} List`, `${spaced(model.name)} Detail`]
  return {
    path,
    model,
    ...(declared.writes && { writes: declared.writes }),
    list: {
      methods: declared.methods ?? LIST,
      shape: declared.shape,
      order: declared.order ?? model.ordering ?? [],
      filters: declared.filters ?? {},
      ...(declared.only && { only: declared.only }),
      schema,
      view: views[0],
    },
    ...(lookup && {
      detail: {
        methods: declared.detailMethods ?? DETAIL,
        shape: declared.detailShape ?? declared.shape,
        lookup,
        schema: declared.detailSchema ?? schema,
        view: views[1] ?? views[0],
      },
    }),
  }
}
