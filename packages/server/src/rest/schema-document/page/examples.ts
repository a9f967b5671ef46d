import type { Resource } from '../../contract/index.ts'

/** Values that make an example speak, by the name of the filter; tried in this order. */
const EXAMPLES: readonly (readonly [filter: string, value: string])[] = [
  ['subject', 'KS014'],
  ['date_range', '2026-03-01,2026-03-31'],
  ['acronym', 'VISp'],
  ['dataset_type', 'spikes.times'],
  ['lab', 'mainenlab'],
  ['project', 'brainwide'],
  ['status', 'Errored'],
  ['username', 'alice'],
  ['water_restricted', 'True'],
  ['exists', 'True'],
  ['importance', '50'],
]
const SHOWN = 2
const A_UUID = '3f2c1a9e-0d4b-4c57-8a21-6f0e9b7d5c10'
const NAMES: Readonly<Record<string, string>> = { nickname: 'KS014', username: 'alice' }

export interface Example {
  readonly curl: string
  readonly one: string
}

/** How a shell asks for an address with the token of an account. */
export const curlOf = (address: string): string => `curl '${address}' \\\n -H "Authorization: Token $TOKEN"`

/** Asking for a part of a list and, where there are addresses for them, for one record: from a shell and from ONE. */
export function examplesOf(resource: Resource, origin: string): Example {
  const asked = [listExample(resource, origin), ...(resource.detail ? [recordExample(resource, origin)] : [])]
  return { curl: asked.map(({ curl }) => curl).join('\n\n'), one: asked.map(({ one }) => one).join('\n') }
}

function listExample({ path, list }: Resource, origin: string): Example {
  const given = EXAMPLES.filter(([name]) => name in list.filters).slice(0, SHOWN)
  const shown = given.length > 0 ? given : [['limit', '10'] as const]
  const query = shown.map(([name, value]) => `${name}=${value}`).join('&')
  const words = given.map(([name, value]) => `, ${name}='${value}'`).join('')
  return { curl: curlOf(`${origin}${path}?${query}`), one: `one.alyx.rest('${path.slice(1)}', 'list'${words})` }
}

function recordExample({ path, detail }: Resource, origin: string): Example {
  const { form, parameter } = detail!.lookup
  const key = form === 'uuid' ? A_UUID : form === 'integer' ? '385' : (NAMES[parameter] ?? 'name')
  return { curl: curlOf(`${origin}${path}/${key}`), one: `one.alyx.rest('${path.slice(1)}', 'read', id='${key}')` }
}
