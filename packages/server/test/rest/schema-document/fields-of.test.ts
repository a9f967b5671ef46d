import { describe, expect, test } from 'vitest'
import { resources } from '../../../src/rest/contract/index.ts'
import type { ContractField } from '../../../src/rest/schema-document/contract-field.ts'
import { writableFields } from '../../../src/rest/schema-document/representations.ts'
import { sharedIsPresent, sharedJson } from './shared.ts'

interface SpecifiedField {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly nullable?: boolean
  readonly max_length?: number
  readonly choices?: readonly (string | number)[]
}
interface SpecifiedEndpoint {
  readonly path: string
  readonly create_fields?: readonly SpecifiedField[]
  readonly update_fields?: readonly SpecifiedField[]
}

const specified: readonly SpecifiedEndpoint[] = sharedIsPresent ? sharedJson('spec/endpoints.json') : []
const endpointOf = (path: string) => specified.find((endpoint) => endpoint.path === path)

const limits = ({ name, required, maxLength, nullable }: ContractField) => ({ name, required, nullable, maxLength })
const specifiedLimits = ({ name, required, max_length, nullable = false }: SpecifiedField) => ({
  name,
  required,
  nullable,
  maxLength: max_length,
})

const creatable = resources.filter(({ path }) => (endpointOf(path)?.create_fields?.length ?? 0) > 0)
const detailPath = ({ path, detail }: (typeof resources)[number]) =>
  specified.find((endpoint) => endpoint.path.startsWith(`${path}/<`) && detail)?.path ?? ''
const changeable = resources.filter((one) => (endpointOf(detailPath(one))?.update_fields?.length ?? 0) > 0)

describe.runIf(sharedIsPresent)('what a body may hold', () => {
  test.each(creatable)('to create a record of $path', (resource) => {
    const fields = writableFields(resource, 'POST')

    expect(fields.map(limits)).toEqual(endpointOf(resource.path)?.create_fields?.map(specifiedLimits))
  })

  test.each(changeable)('to change a record of $path', (resource) => {
    const fields = writableFields(resource, 'PUT')

    expect(fields.map(limits)).toEqual(endpointOf(detailPath(resource))?.update_fields?.map(specifiedLimits))
  })
})

describe('every field of the contract', () => {
  const all = resources.flatMap((resource) => [
    ...writableFields(resource, 'POST').map((field) => [resource.path, field] as const),
    ...writableFields(resource, 'PUT').map((field) => [resource.path, field] as const),
  ])

  test('that can be written says what it means', () => {
    const silent = all
      .filter(([, { help, name }]) => help === '' && name !== 'id')
      .map(([path, { name }]) => `${path} ${name}`)

    expect([...new Set(silent)]).toEqual([])
  })
})
