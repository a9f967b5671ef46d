import type { DatasetEffect } from '@alyx/client'
import { Facts } from '../frame/facts.tsx'
import { inBytes, inThousands } from '../kinds/amounts.ts'

const REASONS: Readonly<Record<keyof DatasetEffect['left'], string>> = {
  forbidden: 'of animals that others answer for',
  protected: 'protected by a tag',
  elsewhere: 'with copies in the folder of another revision',
  taken: 'in the place of another dataset',
}

export const datasets = (count: number): string => `${inThousands(count)} ${count === 1 ? 'dataset' : 'datasets'}`

/** How many datasets cannot be changed. */
export const leftIn = ({ left }: DatasetEffect): number => Object.values(left).reduce((sum, count) => sum + count, 0)

/** What would happen, in numbers. */
export function Preview({ effect }: { readonly effect: DatasetEffect }) {
  const { changed, already, sessions, bytes } = effect
  const left = leftIn(effect)
  return (
    <div className="effect">
      <Facts
        facts={[
          ['Datasets', inThousands(effect.datasets)],
          ['Will change', <b key="changed">{inThousands(changed)}</b>],
          ['Are so already', inThousands(already)],
          ['Protected now', inThousands(effect.protected)],
          effect.protected_after === effect.protected
            ? ['', null]
            : ['Protected afterwards', inThousands(effect.protected_after)],
          ['Sessions touched', inThousands(sessions)],
          ['Size of what changes', inBytes(Number(bytes))],
        ]}
      />
      {left > 0 && (
        <div className="left" role="note">
          <b>{datasets(left)} cannot be changed:</b>
          <ul>
            {Object.entries(effect.left)
              .filter(([, count]) => count > 0)
              .map(([reason, count]) => (
                <li key={reason}>
                  {inThousands(count)} {REASONS[reason as keyof typeof REASONS]}
                </li>
              ))}
          </ul>
        </div>
      )}
    </div>
  )
}
