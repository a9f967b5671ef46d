import { Link } from '@tanstack/react-router'

/** A number that leads to the animals behind it. */
export function AnimalsLink({
  count,
  words,
  search,
}: {
  readonly count: number
  /** What is counted, for who cannot see where the number stands. */
  readonly words: string
  readonly search: Readonly<Record<string, string>>
}) {
  if (count === 0) return <span className="zero">·</span>
  return (
    <Link className="row-link" to="/colony/animals/" search={search} aria-label={`${count} ${words}`}>
      {count}
    </Link>
  )
}
