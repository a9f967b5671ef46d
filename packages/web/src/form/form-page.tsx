import type { ModelDescription, Row, Versioned } from '@alyx/client'
import { Alert, Button, Group, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, useEffect, useState } from 'react'
import { asText } from '../kinds/index.ts'
import { useLive } from '../server/live.ts'
import { queryClient, rowQuery, useDescription } from '../server/queries.ts'
import { ConflictView } from './conflict.tsx'
import { type Draft, mayWrite } from './draft.ts'
import { AddDialogContext, Fields } from './fields.tsx'
import './form.css'
import { useLeaving } from './leaving.ts'
import { RelatedTables } from './related-tables.tsx'
import { useForm } from './use-form.ts'

const AddDialog = lazy(() => import('./add-dialog.tsx'))

export function ChangePage({ model, rowKey }: { readonly model: string; readonly rowKey: string }) {
  const description = useDescription(model)
  const { data } = useSuspenseQuery(rowQuery(model, rowKey))
  // A draft belongs to the version that it was begun on, whatever arrives meanwhile.
  const [begun, setBegun] = useState(data)
  useLive(model, ...description.tables.map((table) => table.model))
  return (
    <Form
      key={`${rowKey} ${begun.version}`}
      description={description}
      found={begun}
      latest={data}
      onLatest={setBegun}
    />
  )
}

export function AddPage({ model, given }: { readonly model: string; readonly given: Draft }) {
  const description = useDescription(model)
  return <Form description={description} found={undefined} given={given} />
}

interface FormProps {
  readonly description: ModelDescription
  readonly found: Versioned | undefined
  readonly latest?: Versioned
  readonly given?: Draft
  readonly onLatest?: (found: Versioned) => void
}

function Form({ description, found, latest, given, onLatest }: FormProps) {
  const { app, model, label, rights } = description
  const navigate = useNavigate()
  const form = useForm(description, found, given)
  const { changed, conflict, problem } = form
  const dirty = changed.length > 0
  const row = found?.row
  useLeaving(dirty)
  // Nobody types: show what others saved.
  useEffect(() => {
    if (latest && found && !dirty && latest.version !== found.version) onLatest?.(latest)
  }, [latest, found, dirty, onLatest])
  const writes = description.fields.some((facts) => mayWrite(facts, row))

  const save = async (then: 'stay' | 'list' | 'another', version?: string) => {
    const saved = await form.save(version)
    if (!saved)
      return document.querySelector('[data-problem], [aria-invalid="true"]')?.scrollIntoView({ block: 'center' })
    notifications.show({ message: `Saved ${nameOf(saved, label)}` })
    const ignoreBlocker = true
    if (then === 'list') return navigate({ to: '/$app/$model/', params: { app, model }, ignoreBlocker })
    if (then === 'another') return navigate({ to: '/$app/$model/add/', params: { app, model }, ignoreBlocker })
    // A change may make another row of it, as that of a housing does.
    if (!found || saved.id !== found.row.id)
      return navigate({ to: '/$app/$model/$key/change/', params: { app, model, key: saved.id }, ignoreBlocker })
    onLatest?.(await queryClient.fetchQuery({ ...rowQuery(description.key, saved.id), staleTime: 0 }))
  }

  return (
    <>
      <form
        className="page"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save('stay')
        }}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === 's') {
            event.preventDefault()
            void save('stay')
          }
        }}
      >
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1}>{row ? nameOf(row, label) : `New ${label}`}</Title>
            <Text size="sm" c="dimmed">
              {row ? label : description.help}
            </Text>
          </div>
          {row && (
            <Group gap="xs">
              <Button
                variant="subtle"
                renderRoot={(root: object) => (
                  <Link {...root} to="/$app/$model/$key/history/" params={{ app, model, key: row.id }} />
                )}
              >
                History
              </Button>
              {row.$rights?.delete && (
                <Button
                  variant="subtle"
                  c="var(--bad)"
                  renderRoot={(root: object) => (
                    <Link {...root} to="/$app/$model/$key/delete/" params={{ app, model, key: row.id }} />
                  )}
                >
                  Delete
                </Button>
              )}
            </Group>
          )}
        </Group>
        {problem && !conflict && (
          <Alert color="red" title="Not saved" data-problem role="alert">
            {problem.message}
          </Alert>
        )}
        {conflict && row && (
          <ConflictView
            description={description}
            conflict={conflict}
            before={row}
            draft={form.draft}
            onMine={() => void save('stay', '')}
            onTheirs={async () => {
              form.reset()
              onLatest?.(await queryClient.fetchQuery({ ...rowQuery(description.key, row.id), staleTime: 0 }))
            }}
          />
        )}
        {row && !writes && (
          <Text size="sm" c="dimmed">
            You may look at this {label}; changing it is for those who answer for it.
          </Text>
        )}
        {!row && !writes && (
          <Text size="sm" c="dimmed">
            You may not add {description.plural}.
          </Text>
        )}
        <AddDialogContext value={AddDialog}>
          <Fields description={description} row={row} draft={form.draft} faults={form.faults} onChange={form.set} />
        </AddDialogContext>
        {writes && (
          <div className="save">
            <Button type="submit" loading={form.saving} disabled={row !== undefined && !dirty}>
              Save
            </Button>
            <Button variant="default" disabled={row !== undefined && !dirty} onClick={() => void save('list')}>
              Save, to the list
            </Button>
            {rights.create !== 'none' && (
              <Button
                variant="default"
                visibleFrom="sm"
                disabled={row !== undefined && !dirty}
                onClick={() => void save('another')}
              >
                Save, add another
              </Button>
            )}
            {dirty && row && (
              <Button variant="subtle" onClick={form.reset}>
                Take back
              </Button>
            )}
          </div>
        )}
      </form>
      {row && (
        <AddDialogContext value={AddDialog}>
          <div className="page beside">
            <RelatedTables description={description} row={row} />
          </div>
        </AddDialogContext>
      )}
    </>
  )
}

const nameOf = (row: Row, label: string): string => asText(row.$title) || `${label} ${row.id.slice(0, 8)}`
