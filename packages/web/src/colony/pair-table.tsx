import type { BreedingPairOfColony } from '@alyx/client'
import { Link } from '@tanstack/react-router'
import { Empty, Wide } from './parts.tsx'
import { RowLink } from './row-link.tsx'
import { counted } from './words.ts'

/** Pairs with their parents and litters, and the way to a new litter. */
export function PairTable({ pairs }: { readonly pairs: readonly BreedingPairOfColony[] }) {
  if (pairs.length === 0)
    return <Empty>No pair breeds. A pair is a father with one or two mothers; add one under "Breeding pairs".</Empty>
  return (
    <Wide label="Breeding pairs">
      <table className="colony-table stacks">
        <thead>
          <tr>
            {['Pair', 'Line', 'Together', 'Parents', 'Litters', 'Do'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {pairs.map(({ pair, line, start_date, end_date, parents, litters }) => (
            <tr key={pair.id}>
              <th scope="row">
                <RowLink model="subjects.breedingpair" of={pair} />
              </th>
              <td data-label="Line">{line && <RowLink model="subjects.line" of={line} />}</td>
              <td data-label="Together">
                {start_date ?? 'not yet'} – {end_date ?? (start_date ? 'now' : '')}
              </td>
              <td data-label="Parents" className="free">
                {parents.map((parent) => (
                  <div key={parent.id}>
                    {parent.role === 'father' ? '♂' : '♀'} <RowLink model="subjects.subject" of={parent} />{' '}
                    <span className="soft">
                      {[parent.genotype, parent.cage, !parent.alive && 'dead'].filter(Boolean).join(' · ')}
                    </span>
                  </div>
                ))}
                {parents.length === 0 && <span className="soft">unknown</span>}
              </td>
              <td data-label="Litters" className="free">
                {litters.slice(0, 5).map((litter) => (
                  <div key={litter.id}>
                    <RowLink model="subjects.litter" of={litter} />{' '}
                    <span className="soft">
                      {litter.birth_date} · {counted(litter.pups, 'pup')}, {litter.alive} alive
                    </span>{' '}
                    {litter.to_wean > 0 && (
                      <Link className="row-link due" to="/colony/wean/" search={{ litters: litter.id }}>
                        wean {litter.to_wean}
                      </Link>
                    )}{' '}
                    {litter.to_genotype > 0 && (
                      <Link className="row-link due" to="/colony/genotypes/" search={{ litter: litter.id }}>
                        genotype {litter.to_genotype}
                      </Link>
                    )}{' '}
                    <Link
                      className="row-link"
                      to="/colony/litters/$litter/pups/"
                      params={{ litter: litter.id }}
                      aria-label={`More pups of ${litter.title}`}
                    >
                      more pups
                    </Link>
                  </div>
                ))}
                {litters.length > 5 && <span className="soft">and {litters.length - 5} earlier ones</span>}
                {litters.length === 0 && <span className="soft">none yet</span>}
              </td>
              <td>
                {end_date === null && (
                  <Link
                    className="row-link"
                    to="/colony/litters/new/"
                    search={{ pair: pair.id }}
                    aria-label={`New litter of ${pair.title}`}
                  >
                    New litter
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
