import type { CutList, HomeAnimal } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Sparkline } from '../charts/sparkline.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { useMe } from '../server/queries.ts'

/** Animals that somebody answers for, with a month of weights. */
export function MyAnimals({ animals, day }: { readonly animals: CutList<HomeAnimal>; readonly day: string }) {
  const me = useMe()
  const list = { app: 'subjects', model: 'subject' }
  return (
    <section className="card home-part" aria-labelledby="home-animals">
      <div className="home-part-head">
        <Title order={2} id="home-animals">
          My animals
        </Title>
        {animals.count > 0 && (
          <Link
            className="home-link"
            to="/$app/$model/"
            params={list}
            search={{ responsible_user: me.id, death_date__isnull: 'true' }}
          >
            those I answer for, as a list
          </Link>
        )}
      </div>
      {animals.count === 0 ? (
        <Text size="sm" className="soft">
          You answer for no living animal, and nobody who does lets you act for them. An animal becomes yours when you
          are its responsible user: open it in{' '}
          <Link className="home-link" to="/$app/$model/" params={list} search={{ view: 'all' }}>
            all subjects
          </Link>{' '}
          and change the field, or ask for animals under{' '}
          <Link className="home-link" to="/colony/requests/" search={{}}>
            requests
          </Link>
          .
        </Text>
      ) : (
        <ul className="home-animals">
          {animals.first.map((animal) => (
            <li key={animal.subject.id}>
              <ToRow className="home-animal" model="subjects.subject" id={animal.subject.id}>
                <span className="home-who">
                  <b>{animal.subject.title}</b>
                  <span className="soft">{describe(animal)}</span>
                </span>
                <Sparkline weights={animal.weights} lastDay={day} />
                <span className="home-weight">
                  {animal.weights.length === 0 ? '–' : `${animal.weights.at(-1)!.weight.toFixed(1)} g`}
                </span>
              </ToRow>
            </li>
          ))}
        </ul>
      )}
      {animals.count > animals.first.length && (
        <p className="soft home-more">and {animals.count - animals.first.length} more, in the list</p>
      )}
    </section>
  )
}

const describe = ({ sex, line, cage, on_restriction, sessions }: HomeAnimal): string =>
  [
    on_restriction && 'on water restriction',
    sex === 'M' ? 'male' : sex === 'F' ? 'female' : '',
    line,
    cage && `cage ${cage}`,
    sessions > 0 && (sessions === 1 ? '1 session' : `${sessions} sessions`),
  ]
    .filter(Boolean)
    .join(' · ')
