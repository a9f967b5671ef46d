import { Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMe, useModels } from '../server/queries.ts'
import { groupsOf } from './groups.ts'

/** Every list by purpose. */
export function HomePage() {
  const me = useMe()
  return (
    <div className="page">
      <Title order={1}>Good to see you, {me.first_name || me.username}</Title>
      <div className="home">
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
      </div>
    </div>
  )
}
