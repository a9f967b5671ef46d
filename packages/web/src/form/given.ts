import type { FieldFacts, ModelDescription, Reference } from '@alyx/client'
import { partsOf } from '../kinds/index.ts'
import { queryClient, titleQuery } from '../server/queries.ts'
import { type Draft, mayWrite } from './draft.ts'

async function rowOf(model: string, key: string): Promise<Reference> {
  return { id: key, title: await queryClient.ensureQueryData(titleQuery(model, key)) }
}

/** The text that a filter of the field has; keys of several rows have commas between them. */
async function givenTo(facts: FieldFacts, text: string): Promise<unknown> {
  const { fromFilter, empty } = partsOf(facts)
  const { to } = facts
  if (to === undefined) return fromFilter(text)
  return Array.isArray(empty) ? Promise.all(text.split(',').map((key) => rowOf(to, key))) : rowOf(to, text)
}

/**
 * What an address says of a row to be made, as `/admin/actions/surgery/add/?subject=<key>`. Words that are no field that
 * may be written belong to somebody else and are left alone.
 *
 * @throws Problem when there is no row of that key
 */
export async function givenIn({ fields }: ModelDescription, search: Readonly<Record<string, unknown>>): Promise<Draft> {
  const told = fields.flatMap((facts) => {
    const text = search[facts.name]
    return typeof text === 'string' && text !== '' && mayWrite(facts, undefined) ? [[facts, text] as const] : []
  })
  return Object.fromEntries(
    await Promise.all(told.map(async ([facts, text]) => [facts.name, await givenTo(facts, text)] as const)),
  )
}
