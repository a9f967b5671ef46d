import type { ColumnField, Model } from '@alyx/models'

/** Records of what people did and wrote in forms, of which nothing would be left. */
const ABOUT_PEOPLE: ReadonlySet<string> = new Set(['admin', 'reversion', 'sessions', 'authtoken'])

/** Whether an anonymous dump has rows of the model at all. */
export const isKeptInAnonymousDump = (model: Model): boolean => !ABOUT_PEOPLE.has(model.app)

/** What stands where somebody wrote freely: texts, documents, addresses, pictures. */
const emptied = (field: ColumnField): unknown => (field.nullable ? null : '')

const FREELY_WRITTEN: ReadonlySet<string> = new Set(['longText', 'json', 'email', 'image'])

/**
 * The values of a row without anything that tells who somebody is: free texts, documents, addresses and pictures are
 * empty, names of people numbers. Keys, dates, numbers and the names of things stay, so that the dump loads and the
 * laboratory keeps its shape. The same database gives the same dump.
 *
 * @param number of the row within its model, from 1 in the order of keys
 */
export function anonymous(
  model: Model,
  fields: Readonly<Record<string, unknown>>,
  number: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const field = model.fields[name]
      if (!field || field.kind === 'many' || field.kind === 'generic') return [name, value]
      if (field.personal) return [name, field.unique ? `${model.label.replaceAll(' ', '_')}_${number}` : emptied(field)]
      // What no two rows share tells them apart, and cannot be empty in all of them.
      return [name, FREELY_WRITTEN.has(field.kind) && !field.unique ? emptied(field) : value]
    }),
  )
}
