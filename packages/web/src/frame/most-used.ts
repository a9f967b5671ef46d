/** Which lists a person opens most, remembered in their browser. */

const KEY = 'alyx-most-used'
const SHOWN = 5
const LEAST_VISITS = 2

type Visits = Readonly<Record<string, number>>

function read(): Visits {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Visits
  } catch {
    return {}
  }
}

export function countVisit(model: string): void {
  const visits = read()
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...visits, [model]: (visits[model] ?? 0) + 1 }))
  } catch {
    // A browser that keeps nothing has no favourites.
  }
}

export const mostUsed = (visits: Visits = read()): readonly string[] =>
  Object.entries(visits)
    .filter(([, count]) => count >= LEAST_VISITS)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([model]) => model)
