import { addNote, type FieldFacts, type ModelDescription, type RelatedTable, type Row } from '@alyx/client'
import { Alert, Button, FileInput, Group, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { client } from '../server/client.ts'
import { forgetRows, rowQuery, useMe } from '../server/queries.ts'
import { type Draft, faultsOf, mayWrite } from './draft.ts'
import { Fields } from './fields.tsx'
import { useLeaving } from './leaving.ts'
import { useForm } from './use-form.ts'

interface WrittenProps {
  readonly table: RelatedTable
  readonly other: ModelDescription
  readonly columns: readonly FieldFacts[]
  readonly onDone: () => void
}

/** The other model as far as a row of the table is written here: what it shows, and what a new row cannot do without. */
function narrowed({ table, other, columns }: Omit<WrittenProps, 'onDone'>): ModelDescription {
  const needed = other.fields.filter(
    (facts) => facts.required && facts.name !== table.by && !columns.includes(facts) && facts.rights.create,
  )
  return { ...other, sections: [], fields: [...columns, ...needed] }
}

/** Inputs of one row with what saves them: it lies outside of the form of the page, which saves its own row. */
function Panel({
  problem,
  saving,
  onSave,
  onDone,
  what,
  children,
}: {
  readonly problem: string | undefined
  readonly saving: boolean
  readonly onSave: () => void
  readonly onDone: () => void
  readonly what: string
  readonly children: ReactNode
}) {
  return (
    <form
      className="panel"
      noValidate
      aria-label={what}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        event.stopPropagation()
        onSave()
      }}
    >
      {problem !== undefined && (
        <Alert color="red" title="Not saved" role="alert">
          {problem}
        </Alert>
      )}
      {children}
      <Group gap="xs">
        <Button type="submit" size="compact-md" loading={saving}>
          {what}
        </Button>
        <Button size="compact-md" variant="default" onClick={onDone}>
          Cancel
        </Button>
      </Group>
    </form>
  )
}

type NewProps = WrittenProps & {
  readonly way: FieldFacts | undefined
  readonly owner: ModelDescription
  readonly row: Row
}

/** A new row that belongs to the one of the form. */
export const NewRelated = (props: NewProps) =>
  props.way?.kind === 'generic' ? <NewNote {...props} /> : <NewRow {...props} />

function NewRow({ table, other, columns, row, onDone }: NewProps) {
  const { id } = useMe()
  const description = narrowed({ table, other, columns })
  // What people are asked of first is who did it: nearly always the person who types.
  const people = description.fields.filter(({ to, name }) => to === 'misc.labmember' && /^users?$/.test(name))
  const me = { id, title: useMe().username }
  const given: Draft = Object.fromEntries(people.map(({ name, many }) => [name, many ? [me] : me]))
  const form = useForm(description, undefined, given, { [table.by]: { id: row.id } })
  useLeaving(form.changed.length > 0)
  const save = async () => {
    const made = await form.save()
    if (!made) return
    notifications.show({ message: `Saved the ${other.label}` })
    onDone()
  }
  return (
    <Panel
      what={`Save ${other.label}`}
      problem={form.problem?.message}
      saving={form.saving}
      onSave={() => void save()}
      onDone={onDone}
    >
      <Fields description={description} row={undefined} draft={form.draft} faults={form.faults} onChange={form.set} />
    </Panel>
  )
}

/** Notes come with pictures, which only the call for notes takes. */
function NewNote({ other, owner, row, onDone }: NewProps) {
  const [text, setText] = useState('')
  const [picture, setPicture] = useState<File | null>(null)
  useLeaving(text !== '' || picture !== null)
  const act = useMutation({
    mutationFn: () =>
      addNote(client.connection, {
        about: owner.model,
        key: row.id,
        text,
        ...(picture && { picture }),
      }),
    onSuccess() {
      forgetRows(other.key)
      onDone()
    },
  })
  return (
    <Panel
      what={`Save ${other.label}`}
      problem={act.error?.message}
      saving={act.isPending}
      onSave={() => (text.trim() !== '' || picture) && act.mutate()}
      onDone={onDone}
    >
      <Textarea
        label="Text"
        description="In Markdown, as everywhere."
        autosize
        minRows={2}
        autoFocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onPaste={(event) => {
          const file = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'))
          if (!file) return
          event.preventDefault()
          setPicture(file)
        }}
      />
      <FileInput
        label="Picture"
        placeholder="Choose one, or paste it into the text"
        accept="image/*"
        clearable
        clearButtonProps={{ 'aria-label': 'Leave the picture out' }}
        value={picture}
        onChange={setPicture}
      />
    </Panel>
  )
}

/** A row that is there, with the version that it is changed on. */
export function ChangeRelated({
  other,
  columns,
  rowKey,
  onDone,
}: Omit<WrittenProps, 'table'> & { readonly rowKey: string }) {
  const { data } = useSuspenseQuery(rowQuery(other.key, rowKey))
  const [begun] = useState(data)
  const description = { ...other, sections: [], fields: columns }
  const form = useForm(description, begun)
  useLeaving(form.changed.length > 0)
  const writes = columns.some((facts) => mayWrite(facts, begun.row))
  const save = async () => {
    if (form.changed.length === 0 && Object.keys(faultsOf(form.draft, columns, false)).length === 0) return onDone()
    const saved = await form.save()
    if (!saved) return
    notifications.show({ message: `Saved the ${other.label}` })
    onDone()
  }
  if (!writes)
    return (
      <Group>
        <Text size="sm">Changing this {other.label} is for those who answer for it.</Text>
        <Button size="compact-sm" variant="default" onClick={onDone}>
          Close
        </Button>
      </Group>
    )
  return (
    <Panel
      what={`Save ${other.label}`}
      problem={
        form.conflict
          ? `${form.problem?.message ?? ''} Cancel and open it again to see what they wrote.`
          : form.problem?.message
      }
      saving={form.saving}
      onSave={() => void save()}
      onDone={onDone}
    >
      <Fields description={description} row={begun.row} draft={form.draft} faults={form.faults} onChange={form.set} />
    </Panel>
  )
}

/** Asks once more, and says what would go along. */
export function RemoveRelated({
  other,
  rowKey,
  title,
  onDone,
}: {
  readonly other: ModelDescription
  readonly rowKey: string
  readonly title: string
  readonly onDone: () => void
}) {
  const preview = useQuery({
    queryKey: ['removal', other.key, rowKey],
    queryFn: () => client.removal(other.key, rowKey),
    staleTime: 0,
  })
  const act = useMutation({
    mutationFn: () => client.remove(other.key, rowKey),
    onSuccess() {
      forgetRows(other.key)
      onDone()
      notifications.show({ message: `${title} removed; "Removed ${other.plural}" in their list brings it back` })
    },
  })
  const refused = preview.data?.refused?.message ?? preview.error?.message ?? act.error?.message
  const along = Object.entries(preview.data?.removed ?? {}).filter(([model]) => model !== other.key)
  return (
    <Group gap="xs">
      <Text size="sm" {...(refused !== undefined && { role: 'alert', c: 'var(--bad)' })}>
        {refused ??
          (along.length > 0
            ? `Remove it with ${along.map(([model, count]) => `${count} ${model.split('.')[1]}`).join(', ')}?`
            : `Remove this ${other.label}?`)}
      </Text>
      <Button
        size="compact-sm"
        color="red.9"
        disabled={!preview.data || preview.data.refused !== null}
        loading={act.isPending}
        onClick={() => act.mutate()}
      >
        Remove it
      </Button>
      <Button size="compact-sm" variant="default" onClick={onDone}>
        Keep it
      </Button>
    </Group>
  )
}
