import type { ModelSummary } from '@alyx/client'
import { ScrollArea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { variantsOf } from '../grid/variants.ts'
import { PLACES } from '../search/places.ts'
import { mostUsedQuery, useModels } from '../server/queries.ts'
import { groupsOf } from './groups.ts'
import { listsIn } from './most-used.ts'

/** A list that was opened once is not used most. */
const LEAST_SCORE = 1.5
const SHOWN = 5

/** All lists by purpose, those that are used most on top. */
export function Menu({ onChoose }: { readonly onChoose: () => void }) {
  const models = useModels()
  const { data: pages = [] } = useQuery(mostUsedQuery)
  const lists = [...models, ...variantsOf(models)]
  const used = listsIn(pages.filter(({ score }) => score >= LEAST_SCORE).map(({ page }) => page))
  const favourites = used.flatMap((key) => lists.find((model) => model.key === key) ?? []).slice(0, SHOWN)
  return (
    <ScrollArea h="100%" type="hover" viewportProps={{ tabIndex: -1 }}>
      <ul className="menu">
        {PLACES.map(({ title, to }) => (
          <li key={to}>
            <Link to={to} onClick={onChoose} activeOptions={{ exact: to === '/' }}>
              {title}
            </Link>
          </li>
        ))}
        {favourites.length > 0 && <Items title="You use most" models={favourites} onChoose={onChoose} />}
        {groupsOf(models).map((group) => (
          <Items key={group.title} {...group} onChoose={onChoose} />
        ))}
      </ul>
    </ScrollArea>
  )
}

function Items({
  title,
  models,
  onChoose,
}: {
  readonly title: string
  readonly models: readonly ModelSummary[]
  readonly onChoose: () => void
}) {
  return (
    <li>
      <span className="caption">{title}</span>
      <ul>
        {models.map(({ key, app, model, plural }) => (
          <li key={key}>
            <Link to="/$app/$model/" params={{ app, model }} search={{}} onClick={onChoose}>
              {plural}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  )
}
