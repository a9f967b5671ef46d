import type { Reference } from '@alyx/client'
import { Button, Group, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ToRow } from '../frame/to-row.tsx'

interface AnatomyHeadProps {
  readonly title: string
  /** Model of the row, in the experiments. */
  readonly model: string
  readonly rowKey: string
  readonly words: string
  readonly session: Reference | null
  readonly subject: Reference | null
}

/** What it is, of which session and animal, and the way to its form. */
export function AnatomyHead({ title, model, rowKey, words, session, subject }: AnatomyHeadProps) {
  const params = { app: 'experiments', model, key: rowKey }
  return (
    <header className="anatomy-head">
      <div>
        <Title order={1}>{title || '(no name)'}</Title>
        <p className="plain-links">
          <span className="soft">{words}</span>
          {subject && (
            <ToRow model="subjects.subject" id={subject.id}>
              {subject.title}
            </ToRow>
          )}
          {session && (
            <ToRow model="actions.session" id={session.id}>
              {session.title}
            </ToRow>
          )}
        </p>
      </div>
      <Group gap={6}>
        <Button
          variant="default"
          renderRoot={(root: object) => (
            <Link {...root} to="/$app/$model/$key/change/" params={params} search={{ view: 'form' }} />
          )}
        >
          Change in the form
        </Button>
        <Button
          variant="subtle"
          renderRoot={(root: object) => <Link {...root} to="/$app/$model/$key/history/" params={params} />}
        >
          History
        </Button>
      </Group>
    </header>
  )
}
