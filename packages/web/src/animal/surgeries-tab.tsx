import type { Animal, AnimalSurgery, HungNote, Reference } from '@alyx/client'
import { Button, Group, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Facts, Several } from '../frame/facts.tsx'
import { shownMoment } from '../kinds/moments.tsx'
import { useDescription } from '../server/queries.ts'
import { grams } from '../water/status.tsx'
import { Markdown } from '../writing/markdown.tsx'
import { useLabels } from './labels.ts'
import { surgeriesQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'
import './surgeries.css'

const SURGERY = 'actions.surgery'

/** What was operated, by whom, how it went, and what was noted and photographed. */
export default function SurgeriesTab({ animal }: { readonly animal: Animal }) {
  const { data: surgeries } = useSuspenseQuery(surgeriesQuery(animal.id))
  const mayAdd = useDescription(SURGERY).rights.create !== 'none'
  return (
    <>
      {mayAdd && (
        <Group justify="flex-end">
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            renderRoot={(root: object) => (
              <Link
                {...root}
                to="/$app/$model/add/"
                params={{ app: 'actions', model: 'surgery' }}
                search={{ subject: animal.id }}
              />
            )}
          >
            New surgery
          </Button>
        </Group>
      )}
      {surgeries.length === 0 ? (
        <div className="card empty">
          <Title order={2}>No surgery</Title>
          <Text c="dimmed" mt={6}>
            {animal.nickname} was not operated on. What is implanted counts from its surgery on: its weight is taken off
            before water is worked out.
          </Text>
        </div>
      ) : (
        surgeries.map((surgery) => <Surgery key={surgery.id} surgery={surgery} />)
      )}
    </>
  )
}

const all = (model: string, rows: readonly Reference[]) =>
  rows.length > 0 && (
    <Several>
      {rows.map((row) => (
        <RowLink key={row.id} model={model} row={row} />
      ))}
    </Several>
  )

function Surgery({ surgery }: { readonly surgery: AnimalSurgery }) {
  const { id, start_time, end_time, narrative, implant_weight, outcome_type, location, users, procedures } = surgery
  const outcome = useLabels(SURGERY, 'outcome_type')(outcome_type)
  const title = procedures.map((one) => one.title).join(', ') || 'Surgery'
  const day = start_time === null ? 'on a day that is not known' : shownMoment(start_time).slice(0, 10)
  return (
    <article className="card part surgery" aria-label={`${title}, ${day}`}>
      <header>
        <Title order={2}>{title}</Title>
        <span className="soft">{day}</span>
        <Link
          to="/$app/$model/$key/change/"
          params={{ app: 'actions', model: 'surgery', key: id }}
          aria-label={`Form of the surgery, ${day}`}
        >
          Form
        </Link>
      </header>
      <div className="told">
        <Facts
          facts={[
            ['Began', start_time && shownMoment(start_time)],
            ['Ended', end_time && shownMoment(end_time)],
            ['People', all('misc.labmember', users)],
            ['Location', location && <RowLink model="misc.lablocation" row={location} />],
            ['Outcome', outcome || 'not told'],
            ['Implant', implant_weight > 0 ? grams(implant_weight) : 'none'],
          ]}
        />
        {narrative.trim() === '' ? (
          <Text c="dimmed">Nothing was written about it.</Text>
        ) : (
          <Markdown text={narrative} />
        )}
      </div>
      <SurgeryNotes notes={surgery.notes} />
    </article>
  )
}

function SurgeryNotes({ notes }: { readonly notes: readonly HungNote[] }) {
  if (notes.length === 0) return null
  return (
    <ul className="note-cards" aria-label="Notes of the surgery">
      {notes.map(({ id, at, user, text, image }) => (
        <li key={id}>
          {image && (
            <a href={image} target="_blank" rel="noreferrer">
              <img src={image} alt={text || 'Picture without a caption'} loading="lazy" />
            </a>
          )}
          {text !== '' && <Markdown text={text} />}
          <small>
            <RowLink model="misc.note" row={{ id, title: shownMoment(at) }} /> · {user}
          </small>
        </li>
      ))}
    </ul>
  )
}
