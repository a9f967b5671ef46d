import { Problem, type SessionOverview } from '@alyx/client'
import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { mayWrite } from '../form/draft.ts'
import { Panel } from '../frame/panel.tsx'
import { asText, partsOf, RowOfFormContext } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows, rowQuery, useDescription } from '../server/queries.ts'
import { Markdown } from '../writing/markdown.tsx'

const SESSION = 'actions.session'

/** What people wrote about the session; those who may write it do so here. */
export function Narrative({ session }: { readonly session: SessionOverview }) {
  const { id, narrative } = session
  const facts = useDescription(SESSION).fields.find(({ name }) => name === 'narrative')!
  const { Input } = partsOf(facts)
  const { data } = useQuery(rowQuery(SESSION, id))
  const [begun, setBegun] = useState<{ readonly text: string; readonly version: string }>()
  const [problem, setProblem] = useState<Problem>()
  const [saving, setSaving] = useState(false)
  const dirty = begun !== undefined && begun.text !== narrative
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && current.pathname !== next.pathname && !window.confirm('Leave without saving? What you wrote is lost.'),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  })
  const save = async (version: string | undefined) => {
    if (!begun) return
    setSaving(true)
    setProblem(undefined)
    try {
      await client.change(SESSION, id, { narrative: begun.text }, version)
      forgetRows(SESSION)
      setBegun(undefined)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      setProblem(error)
    } finally {
      setSaving(false)
    }
  }
  const { theirs } = (problem?.details ?? {}) as { readonly theirs?: { readonly narrative?: unknown } }
  const writes = data !== undefined && mayWrite(facts, data.row)
  return (
    <Panel
      title="Narrative"
      beside={
        writes &&
        !begun && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => setBegun({ text: narrative, version: data.version })}
          >
            {narrative === '' ? 'Write' : 'Change'}
          </Button>
        )
      }
    >
      {begun ? (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void save(begun.version)
          }}
        >
          <RowOfFormContext value={{ model: SESSION, key: id, valueOf: (name) => data?.row[name] }}>
            <Input
              facts={facts}
              value={begun.text}
              onChange={(text) => setBegun({ ...begun, text: asText(text) })}
              autoFocus
            />
          </RowOfFormContext>
          {problem && (
            <Alert
              color="red"
              mt="sm"
              role="alert"
              title={theirs ? 'Somebody else changed the session meanwhile' : 'Not saved'}
            >
              {theirs ? (
                <>
                  <p>Theirs is:</p>
                  <blockquote>{asText(theirs.narrative) || '(empty)'}</blockquote>
                  <Button size="compact-sm" onClick={() => void save(undefined)}>
                    Save mine over theirs
                  </Button>
                </>
              ) : (
                problem.message
              )}
            </Alert>
          )}
          <Group gap="xs" mt="sm">
            <Button type="submit" loading={saving} disabled={!dirty}>
              Save
            </Button>
            <Button
              variant="subtle"
              onClick={() => {
                setBegun(undefined)
                setProblem(undefined)
              }}
            >
              {dirty ? 'Take back' : 'Close'}
            </Button>
          </Group>
        </form>
      ) : narrative.trim() === '' ? (
        <Text c="dimmed" size="sm">
          Nobody wrote about this session yet{writes ? '' : '; those who answer for it may'}.
        </Text>
      ) : (
        <Markdown text={narrative} />
      )}
    </Panel>
  )
}
