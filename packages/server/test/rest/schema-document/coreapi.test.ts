import { describe, expect, test } from 'vitest'
import { resources } from '../../../src/rest/contract/index.ts'
import { coreApiDocument } from '../../../src/rest/schema-document/coreapi.ts'
import { sharedIsPresent, sharedJson } from './shared.ts'

interface Link {
  readonly url: string
  readonly action: string
  readonly encoding?: string
  readonly fields?: readonly {
    readonly name: string
    readonly required?: boolean
    readonly location: string
    readonly schema: { readonly _type: string; readonly enum?: readonly unknown[] }
  }[]
}
type Endpoints = Record<string, Record<string, Link>>

const origin = 'http://alyx.example.org'
const ours = coreApiDocument(resources, { origin }) as unknown as Endpoints

/**
 * What differs from the document that Alyx 3.6.1 serves: that one was frozen years ago, ours follows the contract.
 * Old clients read addresses and names; names that no longer do anything are gone, new ones are there.
 */
const DELIBERATE: Readonly<Record<string, string>> = {
  'data-notices': 'is younger than the frozen document',
  'subjects list': 'filters of fields that were removed are gone',
  'users list': 'credentials are no filter',
  'sessions create': 'takes all that a session has; projects may be left out',
  'imaging-stack create': 'takes a name and a document',
  'fov-location create': 'takes the field of view that it locates',
  'fields-of-view create': 'says that the type of imaging is required',
  'channels create': 'says what is required, and that regions are numbers',
  'channels update': 'says that regions are numbers',
  'channels partial_update': 'says that regions are numbers',
  'chronic-insertions create': 'says that the subject is required',
  'insertions create': 'says that the session is required',
  'tasks create': 'says that the session is required',
}

const names = ({ url, action, fields = [] }: Link) => ({
  url,
  action,
  fields: fields
    .map(({ name, required = false, location, schema }) =>
      [location, name, required, schema._type, schema.enum].join(' '),
    )
    .toSorted(),
})

describe.runIf(sharedIsPresent)('beside the document of Alyx 3.6.1', () => {
  const theirs: Endpoints = sharedIsPresent ? sharedJson('conformance/coreapi.json') : {}

  test('addresses, actions, names and requirements are the same, except where we differ on purpose', () => {
    const differing = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
      .filter((endpoint) => !endpoint.startsWith('_'))
      .flatMap((endpoint) => {
        const mine = ours[endpoint]
        const other = theirs[endpoint]
        if (!mine || !other) return [endpoint]
        return [...new Set([...Object.keys(mine), ...Object.keys(other)])]
          .filter((action) => {
            const [one, another] = [mine[action], other[action]]
            return !one || !another || JSON.stringify(names(one)) !== JSON.stringify(names(another))
          })
          .map((action) => `${endpoint} ${action}`)
      })

    expect(differing.toSorted()).toEqual(Object.keys(DELIBERATE).toSorted())
  })
})

test('a brain region is read by its number, the first and only name', () => {
  expect(ours['brain-regions']?.read?.fields?.[0]?.name).toBe('id')
})

test('the document says where it was fetched', () => {
  expect(coreApiDocument(resources, { origin })._meta).toEqual({
    url: `${origin}/docs/`,
    title: 'Alyx REST API documentation',
  })
})
