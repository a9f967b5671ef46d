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

/** Hangs a note on a record, with a picture or without, as rigs do: the native API takes no files. */
export async function addNote(connection: Connection, { user, about, key, text, picture }: NewNote): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ user, content_type: about, object_id: key, text }))
    form.append(name, value)
  if (picture) form.append('image', picture)
  await connection.send('/notes', { method: 'POST', contract: true, form })
}
