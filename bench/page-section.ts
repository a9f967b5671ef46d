/** Where a section of a page begins and ends: at the next one, or with the page. */
function placeOf(page: string, heading: string): readonly [start: number, end: number] {
  const start = page.indexOf(`\n${heading}\n`)
  if (start < 0) return [page.length, page.length]
  const next = page.indexOf('\n## ', start + heading.length)
  return [start, next < 0 ? page.length : next]
}

/** A section of a page with its heading, as it stands there; empty when there is none. */
export const sectionOf = (page: string, heading: string): string => page.slice(...placeOf(page, heading))

/** The page with a section put in the place of the one with its heading, or at the end. */
export function withSection(page: string, heading: string, section: string): string {
  const [start, end] = placeOf(page, heading)
  return page.slice(0, start) + section + page.slice(end)
}
