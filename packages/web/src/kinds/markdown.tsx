import { addNote, type FieldFacts } from '@alyx/client'
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { client } from '../server/client.ts'
import { forgetRows, siteQuery } from '../server/queries.ts'
import { MarkdownEditor, type Template } from '../writing/editor.tsx'
import { asText, captions, emptied, type InputProps } from './parts.ts'
import { type RowOfForm, RowOfFormContext } from './row-context.ts'

/** Titles of the rows that a field of the form refers to. */
const titlesIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === 'object' && one !== null && 'title' in one ? [String(one.title)] : [],
  )

/** Texts to begin with, where the declaration says that there are some; they fit when their name is chosen. */
function useTemplates({ templates }: FieldFacts, row: RowOfForm | undefined): readonly Template[] {
  const { data } = useQuery({ ...siteQuery, enabled: templates !== undefined })
  if (templates === undefined || !data) return []
  const chosen = titlesIn(row?.valueOf(templates)).map((title) => title.toLowerCase())
  return Object.entries(data.narrative_templates).map(([name, text]) => ({
    name,
    text,
    fits: chosen.some((title) => title.includes(name.toLowerCase())),
  }))
}

/** A long text in Markdown; its pictures are notes of the row. */
export function MarkdownField(props: InputProps) {
  const { facts, value, onChange } = props
  const row = useContext(RowOfFormContext)
  const templates = useTemplates(facts, row)
  const keep = async (file: File): Promise<string> => {
    const text = `Picture in the ${facts.label.toLowerCase()}`
    const picture = await addNote(client.connection, {
      about: row!.model,
      key: row!.key!,
      text,
      picture: file,
    })
    forgetRows('misc.note')
    if (picture === undefined) throw new Error('The server kept the note, and no picture with it.')
    return picture
  }
  return (
    <MarkdownEditor
      said={captions(props)}
      value={asText(value)}
      onChange={(text) => onChange(emptied(props, text))}
      templates={templates}
      keepPicture={row?.key === undefined ? undefined : keep}
    />
  )
}
