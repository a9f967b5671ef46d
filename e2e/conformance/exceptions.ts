/**
 * Names of the recorded exchanges that cannot pass, from the table between the markers of `docs/compatibility.md`:
 *
 *     <!-- conformance:exceptions -->
 *     | Exchange | Why |
 *     |---|---|
 *     | `labs-list` | one reason |
 *     <!-- /conformance:exceptions -->
 *
 * @throws Error when the table is not closed, or names an exchange twice or without a reason
 */
export function declaredExceptions(page: string): Set<string> {
  const names = new Set<string>()
  const [, ...parts] = page.split('<!-- conformance:exceptions -->')
  for (const part of parts) {
    const [table, rest] = part.split('<!-- /conformance:exceptions -->')
    if (rest === undefined) throw new Error('docs/compatibility.md: a table of conformance exceptions has no end')
    for (const [, name, why] of (table as string).matchAll(/^\|\s*`([^`]+)`\s*\|(.*)\|\s*$/gm)) {
      if (!/\w/.test(why as string)) throw new Error(`docs/compatibility.md gives no reason for ${name}`)
      if (names.has(name as string)) throw new Error(`docs/compatibility.md names ${name} twice`)
      names.add(name as string)
    }
  }
  return names
}
