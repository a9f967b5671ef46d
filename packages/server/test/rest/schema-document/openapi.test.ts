import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { resources } from '../../../src/rest/contract/index.ts'
import { documentJson, documentYaml } from '../../../src/rest/schema-document/document-text.ts'
import { sharedIsPresent, sharedJson } from './shared.ts'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref: string } }> }
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, { readonly properties?: Record<string, object> }> }
}

const document: Document = JSON.parse(documentJson())
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: `${method} ${path}` })),
)

/** What differs from the document of Alyx 3.6.1, and why. */
const DELIBERATE: Readonly<Record<string, string>> = {
  '/paths//labs/get/parameters/light_cycle/schema/nullable': 'a parameter of an address cannot be null',
  '/paths//subjects/get/parameters/actual_severity/schema/nullable': 'a parameter of an address cannot be null',
  '/paths//subjects/get/parameters/actual_severity/schema/enum': 'a parameter of an address cannot be null',
  '/paths//subjects/get/parameters/actual_severity/schema/type': 'the values of the choice are whole numbers',
  '/paths//users/get/parameters/password': 'credentials are no filter',
}

/** Words for readers and marks of layout, which every server is free to choose. */
const FREE = new Set(['description', 'title', 'example', 'pattern'])

type Tree = { readonly [key: string]: Tree } | string | number | boolean | null | undefined

/** The document with its parameters by name, without free words, and with one way of pointing at a single schema. */
function structure(value: unknown): Tree {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((one) => typeof one === 'object' && one !== null && 'in' in one)) {
      return Object.fromEntries(value.map((one) => [String(one.name), structure(one)]))
    }
    return JSON.stringify(value.map(structure))
  }
  if (typeof value !== 'object' || value === null) return value as Tree
  const kept = Object.entries(value).filter(([key, one]) => !FREE.has(key) || typeof one === 'object')
  const { allOf, ...rest } = Object.fromEntries(kept)
  if (!Array.isArray(allOf)) return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, structure(one)]))
  // Beside a choice the original repeats the limits of its column.
  const { minimum: _, maximum: __, ...beside } = rest
  return structure({ ...allOf[0], ...beside })
}

function differences(ours: Tree, theirs: Tree, at = ''): string[] {
  if (typeof ours !== 'object' || typeof theirs !== 'object' || !ours || !theirs) return ours === theirs ? [] : [at]
  const order =
    at.endsWith('/properties') && Object.keys(ours).join() !== Object.keys(theirs).join() ? [`${at} order`] : []
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  return [...order, ...[...keys].flatMap((key) => differences(ours[key], theirs[key], `${at}/${key}`))]
}

describe.runIf(sharedIsPresent)('beside the document of Alyx 3.6.1', () => {
  const recorded = sharedIsPresent ? sharedJson('conformance/openapi.json') : {}

  test('ours has the same structure, except where we differ on purpose', () => {
    expect(differences(structure(document), structure(recorded)).toSorted()).toEqual(Object.keys(DELIBERATE).toSorted())
  })

  test('paths and representations come in the same order', () => {
    expect(Object.keys(document.paths)).toEqual(Object.keys(recorded.paths))
    expect(Object.keys(document.components.schemas)).toEqual(Object.keys(recorded.components.schemas))
  })
})

test('YAML and JSON say the same', () => {
  expect(parse(documentYaml(), { version: '1.1' })).toEqual(document)
  expect(parse(documentYaml(), { version: '1.2' })).toEqual(document)
})

describe('what clients read before they ask anything', () => {
  test('every path has only methods that clients know, and comes after its list', () => {
    const known = new Set(['get', 'post', 'put', 'patch', 'delete'])
    const paths = Object.keys(document.paths)

    expect(operations.filter(({ method }) => !known.has(method))).toEqual([])
    for (const { path } of resources) {
      expect(paths.findIndex((one) => one.startsWith(`${path}/{`)) === -1 || paths.indexOf(path) >= 0).toBe(true)
      const record = paths.findIndex((one) => one.startsWith(`${path}/{`))
      if (record >= 0) expect(paths.indexOf(path)).toBeLessThan(record)
    }
  })

  test('methods of a path come in the order in which the later of two with one name may win', () => {
    const order = ['get', 'post', 'put', 'patch', 'delete']
    for (const methods of Object.values(document.paths)) {
      const given = Object.keys(methods)

      expect(given).toEqual(given.toSorted((one, other) => order.indexOf(one) - order.indexOf(other)))
    }
  })

  test('every operation is named by its action, and once', () => {
    const names = operations.map(({ operation }) => operation.operationId)
    const actions = /_(list|retrieve|create|update|partial_update|destroy)(_2)?$/

    expect(names.filter((name) => !actions.test(name))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  test.each(operations)('$name names its parameters and the representation of its body', ({ path, operation }) => {
    const { parameters = [], requestBody } = operation
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)

    expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath)
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length)
    if (requestBody) {
      const schema = requestBody.content['application/json']?.schema.$ref.split('/').at(-1) ?? ''
      expect(Object.keys(document.components.schemas[schema]?.properties ?? {})).not.toEqual([])
    }
  })

  test('a list names every filter of its collection', () => {
    for (const { path, list } of resources) {
      const named = document.paths[path]?.get?.parameters?.map(({ name }) => name)

      expect(named).toEqual([...Object.keys(list.filters), 'limit', 'offset'].toSorted())
    }
  })

  test('every filter says what it asks for', () => {
    const silent = operations.flatMap(({ path, operation }) =>
      (operation.parameters ?? []).filter((one) => !('description' in one)).map(({ name }) => `${path} ${name}`),
    )

    expect(silent).toEqual([])
  })

  test('no credential is a filter', () => {
    const named = new Set(operations.flatMap(({ operation }) => operation.parameters ?? []).map(({ name }) => name))

    expect(['password', 'token', 'auth_token'].filter((name) => named.has(name))).toEqual([])
  })
})
