import type { Animal } from '@alyx/client'
import { Button, Switch, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useAddress } from '../frame/use-address.ts'
import { shownMoment } from '../kinds/moments.tsx'
import { Markdown } from '../writing/markdown.tsx'
import { notesQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'

const PAGE = 60

/** Notes about the animal and about what was done with it, with their pictures. */
export default function NotesTab({ animal }: { readonly animal: Animal }) {
  const [{ pictures, count = String(PAGE) }, change] = useAddress()
  const { data } = useSuspenseQuery(notesQuery(animal.id, { pictures, limit: count }))
  return (
    <section aria-label="Notes">
      <Switch
        mb="sm"
        label="With a picture only"
        checked={pictures === 'true'}
        onChange={({ currentTarget: { checked } }) => change({ pictures: checked ? 'true' : undefined })}
      />
      {data.results.length === 0 && (
        <Text c="dimmed">No note of {animal.nickname}, its sessions, surgeries and restrictions.</Text>
      )}
      <div className="note-cards">
        {data.results.map(({ id, image, text, date_time, user, about }) => (
          <article key={id} className="card part">
            {image && (
              <a href={image} target="_blank" rel="noreferrer">
                <img src={image} alt={text || 'Picture without a caption'} loading="lazy" />
              </a>
            )}
            <Markdown text={text} />
            <small>
              <RowLink model="misc.note" row={{ id, title: shownMoment(date_time) }} /> · {user} ·{' '}
              <RowLink model={about.model} row={about} />
            </small>
          </article>
        ))}
      </div>
      {data.more && (
        <Button mt="sm" variant="default" onClick={() => change({ count: String(Number(count) + PAGE) })}>
          Earlier notes
        </Button>
      )}
    </section>
  )
}
