import { addNote } from '@alyx/client'
import { Alert, Button, FileButton, Group, Modal, Text, Textarea } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ClipboardEvent, type FormEvent, useEffect, useState } from 'react'
import { asText, shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { forgetRows } from '../server/queries.ts'
import { Markdown } from '../writing/markdown.tsx'
import './notes.css'

const NOTE = 'misc.note'
const MOST_NOTES = '500'

interface NotesProps {
  /** Model of the record that they hang on: `session`. */
  readonly about: string
  readonly rowKey: string
  /** What the record is called in a sentence: "this session". */
  readonly words: string
}

/** What people noted about a record, pictures among it, and the way to note something. */
export function Notes({ about, rowKey, words }: NotesProps) {
  useLive(NOTE)
  const { data, error } = useQuery({
    queryKey: ['list', NOTE, rowKey],
    queryFn: () =>
      client.list(NOTE, {
        object_id: rowKey,
        ordering: '-date_time',
        fields: 'date_time,user,text,image',
        limit: MOST_NOTES,
      }),
  })
  const [large, setLarge] = useState<{ readonly src: string; readonly alt: string }>()
  const notes = data?.results ?? []
  return (
    <div className="notes">
      <NewNote about={about} rowKey={rowKey} words={words} />
      {error && (
        <Alert color="red" title="The notes cannot be shown">
          {error.message}
        </Alert>
      )}
      {data && notes.length === 0 && (
        <Text c="dimmed" size="sm">
          Nobody has noted anything about {words} yet. Remarks and pictures, of the rig, the window or the histology,
          stay with it for whoever looks later.
        </Text>
      )}
      <ul>
        {notes.map((note) => {
          const text = asText(note.text)
          const src = asText(note.image)
          const by = asText((note.user as { title?: string } | null)?.title)
          const alt = text || `Picture of ${by}, ${shownMoment(note.date_time)}`
          return (
            <li key={note.id} className="card">
              {src !== '' && (
                <button type="button" className="picture" onClick={() => setLarge({ src, alt })}>
                  <img src={src} alt={alt} loading="lazy" />
                </button>
              )}
              {text !== '' && <Markdown text={text} />}
              <Text size="xs" c="dimmed">
                {by} ·{' '}
                <Link to="/$app/$model/$key/change/" params={{ app: 'misc', model: 'note', key: note.id }}>
                  {shownMoment(note.date_time)}
                </Link>
              </Text>
            </li>
          )
        })}
      </ul>
      <Modal opened={large !== undefined} onClose={() => setLarge(undefined)} title="Picture" size="auto">
        {large && (
          <figure className="large">
            <a href={large.src} target="_blank" rel="noreferrer">
              <img src={large.src} alt={large.alt} />
            </a>
            <figcaption>{large.alt}</figcaption>
          </figure>
        )}
      </Modal>
    </div>
  )
}

function NewNote({ about, rowKey, words }: NotesProps) {
  const [text, setText] = useState('')
  const [picture, setPicture] = useState<File>()
  const [shown, setShown] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [sending, setSending] = useState(false)
  useEffect(() => {
    if (!picture) return setShown(undefined)
    const address = URL.createObjectURL(picture)
    setShown(address)
    return () => URL.revokeObjectURL(address)
  }, [picture])
  const pasted = (event: ClipboardEvent) => {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'))
    if (!file) return
    event.preventDefault()
    setPicture(file)
  }
  const send = async (event: FormEvent) => {
    event.preventDefault()
    setSending(true)
    setProblem(undefined)
    try {
      await addNote(client.connection, { about, key: rowKey, text, picture })
      setText('')
      setPicture(undefined)
      forgetRows(NOTE)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      setSending(false)
    }
  }
  return (
    <form className="card new-note" onSubmit={(event) => void send(event)} onPaste={pasted}>
      <Textarea
        label={`A note about ${words}`}
        placeholder="What happened? A picture can be pasted here."
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {shown && picture && (
        <figure>
          <img src={shown} alt={`To be added: ${picture.name}`} />
          <Button variant="subtle" size="compact-sm" onClick={() => setPicture(undefined)}>
            Without this picture
          </Button>
        </figure>
      )}
      {problem && (
        <Alert color="red" title="Not added yet" role="alert">
          {problem}
        </Alert>
      )}
      <Group gap="xs">
        <Button type="submit" loading={sending} disabled={text.trim() === '' && !picture}>
          Add the note
        </Button>
        <FileButton accept="image/*" onChange={(file) => file && setPicture(file)}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconPhoto size={16} aria-hidden />}>
              Picture
            </Button>
          )}
        </FileButton>
      </Group>
    </form>
  )
}
