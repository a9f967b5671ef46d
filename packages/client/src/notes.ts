import type { Connection } from './connection.ts'

interface NewNote {
  /** Model of the record that it is about: `actions.session`. */
  readonly about: string
  readonly key: string
  readonly text: string
  readonly picture?: File | undefined
}

/**
 * Hangs a note on a record, with a picture or without, in the name of whoever is signed in.
 *
 * @returns where its picture is fetched: a path of the server, or an address of its bucket
 */
export async function addNote(
  connection: Connection,
  { about, key, text, picture }: NewNote,
): Promise<string | undefined> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ model: about, object: key, text })) form.append(name, value)
  if (picture) form.append('image', picture)
  const { body } = await connection.send<{ readonly image: string | null }>('/notes', { method: 'POST', form })
  return body.image?.replace(/^https?:\/\/[^/]+(?=\/uploaded\/)/, '')
}
