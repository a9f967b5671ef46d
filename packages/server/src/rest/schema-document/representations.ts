import type { Method, Resource } from '../contract/index.ts'
import type { ContractField } from './contract-field.ts'
import { fieldsOf, type View } from './fields-of.ts'

/** Collections whose create takes and answers the representation of one record instead of that of a list. */
const CREATES_A_DETAIL: ReadonlySet<string> = new Set(['/sessions', '/datasets', '/fov-location', '/imaging-stack'])

/** The representation that a method of a collection or of one of its records takes and answers. */
export const viewOf = ({ path }: Resource, method: Method): View =>
  method === 'POST' && !CREATES_A_DETAIL.has(path) ? 'list' : 'detail'

/** The fields that a body may hold. */
export const writableFields = (resource: Resource, method: 'POST' | 'PUT' | 'PATCH'): readonly ContractField[] =>
  fieldsOf(resource, viewOf(resource, method))
    .filter(({ readOnly }) => !readOnly)
    .map((field) => ({
      ...field,
      required: field.required && (method === 'POST' || (method === 'PUT' && !field.onlyToCreate)),
    }))
