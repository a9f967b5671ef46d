import type { LitterOfColony } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { useMe } from '../server/queries.ts'
import { Empty, Wide } from './parts.tsx'
import { RowLink } from './row-link.tsx'
import { counted, dayAfter, daysBetween, SEX_ORDER, SEXES, shownAge, WEANING_DAYS } from './words.ts'

/** Litters with pups that have to be weaned or genotyped, and the way to do it. */
export function DueLitters({ litters }: { readonly litters: readonly LitterOfColony[] }) {
  const { today } = useMe()
  if (litters.length === 0)
    return <Empty>Nothing is due: all living pups are weaned, and none waits for a genotype.</Empty>
  return (
    <Wide label="Litters that are due">
      <table className="colony-table stacks">
        <thead>
          <tr>
            {['Litter', 'Line', 'Pair', 'Born', 'Age', 'Pups', 'Due'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {litters.map(({ litter, line, pair, birth_date, alive, to_wean, to_genotype, pups }) => (
            <tr key={litter.id}>
              <th scope="row">
                <RowLink model="subjects.litter" of={litter} />
              </th>
              <td data-label="Line">{line && <RowLink model="subjects.line" of={line} />}</td>
              <td data-label="Pair">{pair && <RowLink model="subjects.breedingpair" of={pair} />}</td>
              <td data-label="Born">{birth_date ?? 'unknown'}</td>
              <td data-label="Age">{birth_date && shownAge(daysBetween(birth_date, today))}</td>
              <td data-label="Pups">
                <Link className="row-link" to="/colony/animals/" search={{ litter: litter.id }}>
                  {counted(alive, 'pup')}
                </Link>{' '}
                <span className="soft">
                  {SEX_ORDER.map((sex) => [sex, pups.filter((pup) => pup.sex === sex).length] as const)
                    .filter(([, count]) => count > 0)
                    .map(([sex, count]) => `${count} ${SEXES[sex].sign}`)
                    .join(' ')}
                </span>
              </td>
              <td data-label="Due">
                <span className="flags">
                  {to_wean > 0 && (
                    <Link className="row-link" to="/colony/wean/" search={{ litters: litter.id }}>
                      Wean {to_wean}
                    </Link>
                  )}
                  {to_wean > 0 && birth_date && daysBetween(birth_date, today) < WEANING_DAYS && (
                    <span className="soft">from {dayAfter(birth_date, WEANING_DAYS)}</span>
                  )}
                  {to_genotype > 0 && (
                    <Link className="row-link" to="/colony/genotypes/" search={{ litter: litter.id }}>
                      Genotype {to_genotype}
                    </Link>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
