import { type ModelDescription, Problem, type Row } from '@alyx/client'
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Counts } from '../kinds/counts.tsx'
import { partsOf, Unfinished } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows } from '../server/queries.ts'
import { actionsOf } from './selection-actions.ts'
import { undoable } from './undo.tsx'

interface SelectionProps {
  readonly description: ModelDescription
  readonly selected: ReadonlySet<string>
  readonly rows: readonly Row[]
  readonly onClear: () => void
}

const many = (count: number, { label, plural }: ModelDescription) => `${count} ${count === 1 ? label : plural}`

/** What can be done with the rows that are selected. */
export function SelectionBar(props: SelectionProps) {
  const { description, selected, onClear } = props
  const [changing, change] = useDisclosure()
  const [removing, remove] = useDisclosure()
  const { rights } = description
  return (
    <Group className="selection" role="region" aria-label="Selection">
      <Text size="sm" fw={600}>
        {many(selected.size, description)} selected
      </Text>
      {rights.change !== 'none' && (
        <Button size="compact-sm" variant="default" onClick={change.open}>
          Change…
        </Button>
      )}
      {actionsOf(description.key).map(({ label, to, parameter, most, search }) => (
        <Button
          key={to}
          size="compact-sm"
          variant="default"
          disabled={selected.size > most}
          {...(selected.size > most && { title: `For ${most} at most at a time` })}
          renderRoot={(root: object) => (
            <Link {...root} to={to} search={{ ...search, [parameter]: [...selected].join(',') } as never} />
          )}
        >
          {label}
        </Button>
      ))}
      {rights.delete !== 'none' && (
        <Button size="compact-sm" variant="default" c="var(--bad)" onClick={remove.open}>
          Delete…
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        Clear
      </Button>
      <Modal opened={changing} onClose={change.close} title={`Change ${many(selected.size, description)}`}>
        {changing && <BulkChange {...props} onDone={change.close} />}
      </Modal>
      <Modal opened={removing} onClose={remove.close} title={`Delete ${many(selected.size, description)}?`}>
        {removing && <BulkRemoval {...props} onDone={remove.close} />}
      </Modal>
    </Group>
  )
}

type ActProps = SelectionProps & { readonly onDone: () => void }

/** One field of many rows; all are changed or none, and the change can be taken back. */
function BulkChange({ description, selected, rows, onDone }: ActProps) {
  const fields = description.fields.filter(({ rights, read_only, unique }) => rights.change && !read_only && !unique)
  const [name, setName] = useState(fields[0]?.name)
  const [value, setValue] = useState<unknown>(null)
  const facts = fields.find((one) => one.name === name)
  const apply = useMutation({
    async mutationFn() {
      const chosen = rows.filter(({ id }) => selected.has(id))
      // What a list does not show has to be read before it is written over.
      const before = await Promise.all(
        chosen.map(async (row) => (row[name!] === undefined ? (await client.row(description.key, row.id)).row : row)),
      )
      await client.bulk(description.key, { change: [...selected].map((id) => ({ id, [name!]: value })) })
      return before.map((row) => ({ id: row.id, [name!]: row[name!] ?? null }))
    },
    onSuccess(before) {
      forgetRows(description.key)
      onDone()
      undoable(`${facts!.label} of ${many(selected.size, description)} changed`, async () => {
        await client.bulk(description.key, { change: before })
        forgetRows(description.key)
      })
    },
  })
  if (!facts) return <Text>Nothing of these can be changed.</Text>
  const { Input } = partsOf(facts)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!(value instanceof Unfinished)) apply.mutate()
      }}
    >
      <Stack>
        <Select
          label="Field"
          searchable
          allowDeselect={false}
          data={fields.map((one) => ({ value: one.name, label: one.label }))}
          value={name ?? null}
          onChange={(next) => {
            setName(next ?? undefined)
            const other = fields.find((one) => one.name === next)
            setValue(other ? partsOf(other).empty : null)
          }}
        />
        <Input key={facts.name} facts={facts} value={value} onChange={setValue} error={apply.error?.message} />
        <Button type="submit" loading={apply.isPending}>
          Change {many(selected.size, description)}
        </Button>
      </Stack>
    </form>
  )
}

/** What would go with all selected rows, before it goes. */
function BulkRemoval({ description, selected, onClear, onDone }: ActProps) {
  const keys = [...selected]
  const preview = useQuery({
    queryKey: ['removal', description.key, keys],
    queryFn: () => client.bulk(description.key, { delete: keys, dry_run: true }),
    staleTime: 0,
  })
  const refused = Object.values(preview.data?.results ?? {})
    .flat()
    .flatMap((one) => ('error' in one ? [one.error.message] : []))
  const act = useMutation({
    mutationFn: () => client.bulk(description.key, { delete: keys }),
    onSuccess() {
      forgetRows(description.key)
      onClear()
      onDone()
      notifications.show({ message: `${many(selected.size, description)} deleted` })
    },
  })
  const problem = act.error ?? preview.error
  return (
    <Stack>
      {preview.data?.removal && (
        <>
          <Counts title="This goes:" counts={preview.data.removal.removed} />
          <Counts title="This stays and loses its link:" counts={preview.data.removal.kept} />
        </>
      )}
      <Text size="sm" c="dimmed">
        Their history stays, and the list of removed {description.plural} brings each of them back.
      </Text>
      {refused.length > 0 && (
        <Text size="sm" c="var(--bad)" role="alert">
          {refused.length} of them cannot be deleted: {[...new Set(refused)].slice(0, 3).join(' ')}
        </Text>
      )}
      {problem && (
        <Text size="sm" c="var(--bad)" role="alert">
          {problem instanceof Problem ? problem.message : String(problem)}
        </Text>
      )}
      <Group>
        <Button
          color="red.9"
          loading={act.isPending}
          disabled={!preview.data || refused.length > 0}
          onClick={() => act.mutate()}
        >
          Delete {many(selected.size, description)}
        </Button>
        <Button variant="default" onClick={onDone}>
          Keep them
        </Button>
      </Group>
    </Stack>
  )
}
