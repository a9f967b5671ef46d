import type { Connection } from './connection.ts'

interface NewNote {
  /** Name of whoever writes. */
  readonly user: string
  /** Model of the record that it is about: `session`. */
  readonly about: string
  readonly key: string
  readonly text: string
  readonly picture?: File | undefined
}

/**
 * Hangs a note on a record, with a picture or without, as rigs do: the native API takes no files.
 *
 * @returns where its picture is fetched: a path of the server, or an address of its bucket
 */
export async function addNote(
  connection: Connection,
  { user, about, key, text, picture }: NewNote,
): Promise<string | undefined> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ user, content_type: about, object_id: key, text }))
    form.append(name, value)
  if (picture) form.append('image', picture)
  const { body } = await connection.send<{ readonly image: string | null }>('/notes', {
    method: 'POST',
    contract: true,
    form,
  })
  return body.image?.replace(/^https?:\/\/[^/]+(?=\/uploaded\/)/, '')
}
