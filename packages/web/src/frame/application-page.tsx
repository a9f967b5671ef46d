import { Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useModels } from '../server/queries.ts'
import { Missing } from './failure.tsx'

const TITLES: Readonly<Record<string, string>> = { subjects: 'Subject admin', actions: 'Action admin' }

/** All lists of one application of Alyx, by name: links to it are in notebooks. */
export function ApplicationPage({ app }: { readonly app: string }) {
  const models = useModels()
    .filter((model) => model.app === app)
    .toSorted((a, b) => a.plural.localeCompare(b.plural))
  if (models.length === 0) return <Missing />
  return (
    <div className="page">
      <Title order={1}>{TITLES[app] ?? app.charAt(0).toUpperCase() + app.slice(1)}</Title>
      <div className="home">
        <section className="card" aria-label="Lists">
          <ul className="application">
            {models.map(({ key, model, label, plural, help, rights }) => (
              <li key={key}>
                <Link to="/$app/$model/" params={{ app, model }} search={{}} title={help}>
                  {plural}
                </Link>
                {rights.create !== 'none' && (
                  <Link to="/$app/$model/add/" params={{ app, model }} aria-label={`Add ${label}`}>
                    + Add
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  )
}
