import { describe, expect, test } from 'vitest'
import { resources } from '../../../src/rest/contract/index.ts'
import { type Metadata, optionsMetadata, specialOptionsMetadata } from '../../../src/rest/schema-document/options.ts'
import { sharedIsPresent, sharedLines } from './shared.ts'

interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly response: Metadata
}

const recorded = (sharedIsPresent ? sharedLines<Exchange>('conformance/read.jsonl') : []).filter(
  ({ method, status }) => method === 'OPTIONS' && status === 200,
)

function ourMetadata(path: string): Metadata {
  const resource = resources.find((one) => path === one.path || path.startsWith(`${one.path}/`))
  if (!resource) return specialOptionsMetadata(path, { mayWrite: true })
  return optionsMetadata(resource, path === resource.path ? 'list' : 'detail', { mayWrite: true })
}

/** Captions and explanations are each server's own. */
const withoutWords = ({ actions, name, renders, parses }: Metadata) => ({
  name,
  renders,
  parses,
  actions: Object.fromEntries(
    Object.entries(actions ?? {}).map(([method, fields]) => [
      method,
      Object.entries(fields).map(([field, facts]) => {
        const { label: _, help_text: __, ...rest } = facts as Record<string, unknown>
        return [field, rest]
      }),
    ]),
  ),
})

describe.runIf(sharedIsPresent)('OPTIONS answers as Alyx 3.6.1 does', () => {
  test.each(recorded)('at $path', ({ path, response }) => {
    expect(withoutWords(ourMetadata(path))).toEqual(withoutWords(response))
  })
})

const sessions = resources.find(({ path }) => path === '/sessions')!

test('whoever may not write is not told what could be written', () => {
  expect(optionsMetadata(sessions, 'list', { mayWrite: false })).not.toHaveProperty('actions')
})

test('sessions, with records nested in them, are described like any other', () => {
  const { actions } = optionsMetadata(sessions, 'list', { mayWrite: true })

  expect(actions?.POST?.subject).toMatchObject({ type: 'field', required: true, read_only: false })
  expect(actions?.POST?.notes).toMatchObject({ read_only: true, child: { type: 'nested object' } })
})

test.each(resources)('every address of $path has a description', (resource) => {
  for (const view of ['list', 'detail'] as const) {
    expect(optionsMetadata(resource, view, { mayWrite: true }).description).not.toBe('')
  }
})
