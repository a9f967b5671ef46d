import type { Reference, SessionOverview } from '@alyx/client'
import { Button, Group, Menu, Title } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Copy } from '../frame/copy.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { verdictOfLevel } from '../kinds/verdict.ts'
import { VerdictSign } from '../kinds/verdict-sign.tsx'
import { spanInWords } from './span.ts'

/** What the session is, and the ways to those beside it. */
export function SessionHead({ session }: { readonly session: SessionOverview }) {
  const { id, alias, subject, start_time, end_time, task_protocol, qc } = session
  const span = spanInWords(start_time, end_time)
  const params = { app: 'actions', model: 'session', key: id }
  return (
    <header className="session-head">
      <div>
        <Group gap={6} wrap="nowrap" align="center">
          <Title order={1}>{alias}</Title>
          <Copy text={alias} what="the name of the session" />
        </Group>
        <p className="plain-links">
          <ToRow model="subjects.subject" id={subject.id}>
            {subject.title}
          </ToRow>
          {start_time && (
            <span>
              {shownMoment(start_time)}
              {end_time ? `–${shownMoment(end_time).slice(11)}` : ', no end yet'}
              {span && ` (${span})`}
            </span>
          )}
          {task_protocol !== '' && <span>{task_protocol}</span>}
          <VerdictSign verdict={verdictOfLevel(qc)} words={`QC ${qcWords(qc)}`} />
        </p>
      </div>
      <Group gap={6} className="ways" wrap="nowrap">
        <Beside to={session.previous} words="Session before" icon={<IconChevronLeft size={16} aria-hidden />} />
        <Beside to={session.next} words="Session after" icon={<IconChevronRight size={16} aria-hidden />} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" px={8} aria-label="More about this session">
              <IconDots size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              renderRoot={(root: object) => (
                <Link {...root} to="/$app/$model/$key/change/" params={params} search={{ view: 'form' }} />
              )}
            >
              Change in the form
            </Menu.Item>
            <Menu.Item
              renderRoot={(root: object) => <Link {...root} to="/$app/$model/$key/history/" params={params} />}
            >
              History
            </Menu.Item>
            <Menu.Item renderRoot={(root: object) => <Link {...root} to="/$app/$model/$key/delete/" params={params} />}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </header>
  )
}

const qcWords = (qc: number): string => ({ unknown: 'not set' })[verdictOfLevel(qc) as string] ?? verdictOfLevel(qc)

function Beside({
  to,
  words,
  icon,
}: {
  readonly to: Reference | null
  readonly words: string
  readonly icon: ReactNode
}) {
  const label = to ? `${words}: ${to.title}` : `${words}: there is none`
  if (!to)
    return (
      <Button variant="default" px={8} disabled aria-label={label}>
        {icon}
      </Button>
    )
  return (
    <Button
      variant="default"
      px={8}
      aria-label={label}
      title={label}
      renderRoot={(root: object) => (
        <Link
          {...root}
          to="/$app/$model/$key/change/"
          params={{ app: 'actions', model: 'session', key: to.id }}
          search={(before) => before}
        />
      )}
    >
      {icon}
    </Button>
  )
}
