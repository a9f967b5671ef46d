import { Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { groupsOf } from '../frame/groups.ts'
import { useModels } from '../server/queries.ts'

/** Every list by purpose. */
export function AllLists() {
  return (
    <nav className="home" aria-label="All lists">
      {groupsOf(useModels()).map(({ title, models }) => (
        <section key={title} className="card">
          <Title order={2}>{title}</Title>
          <ul>
            {models.map(({ key, app, model, plural, help }) => (
              <li key={key}>
                <Link to="/$app/$model/" params={{ app, model }} search={{}} title={help}>
                  {plural}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
