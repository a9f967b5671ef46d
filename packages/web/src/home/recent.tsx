import type { RecentRecord } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ago } from '../kinds/amounts.ts'

const SHOWN = 8
const DONE = { insert: 'added', update: 'changed', delete: 'removed' } as const

/** What somebody did last, without the messages that follow from it; records that are gone lead to their history. */
export function Recent({ records }: { readonly records: readonly RecentRecord[] }) {
  const own = records.filter(({ model }) => model !== 'actions.notification')
  return (
    <section className="card home-part" aria-labelledby="home-recent">
      <Title order={2} id="home-recent">
        What you did last
      </Title>
      {own.length === 0 && (
        <Text size="sm" className="soft">
          Nothing yet. Whatever you add, change or remove is listed here, so that you find the way back.
        </Text>
      )}
      <ul className="home-rows">
        {own.slice(0, SHOWN).map(({ model, id, label, title, operation, at }) => {
          const [app = '', name = ''] = model.split('.')
          const isGone = operation === 'delete'
          return (
            <li key={`${model} ${id}`}>
              <Link
                className="home-item"
                to={isGone ? '/$app/$model/$key/history/' : '/$app/$model/$key/change/'}
                params={{ app, model: name, key: id }}
              >
                <span className="home-name">{title || `${label} ${id.slice(0, 8)}`}</span>
                <span className="soft">
                  {label} {DONE[operation]}, {ago(at)}
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
