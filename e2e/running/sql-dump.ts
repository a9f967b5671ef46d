/**
 * Makes a plain dump of `pg_dump` readable for a server without `psql`: rows that follow `COPY ... FROM stdin` become
 * INSERT statements, everything else stays as it is.
 *
 * PostgreSQL reads a quoted text as whatever type the column has, so the text form that COPY uses serves for all types.
 */
export function withoutCopy(dump: string): string {
  const out: string[] = []
  const lines = dump.split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const copy = COPY.exec(lines[at] as string)
    if (copy === null) {
      // Newer versions of pg_dump put \restrict and \unrestrict around it, for psql alone.
      if (!/^\\\w/.test(lines[at] as string)) out.push(lines[at] as string)
      continue
    }
    const rows: string[] = []
    for (at += 1; at < lines.length && lines[at] !== END_OF_ROWS; at += 1) rows.push(lines[at] as string)
    for (let from = 0; from < rows.length; from += ROWS_PER_INSERT) {
      const tuples = rows
        .slice(from, from + ROWS_PER_INSERT)
        .map((row) => `(${row.split('\t').map(literal).join(', ')})`)
      out.push(`INSERT INTO ${copy[1]} OVERRIDING SYSTEM VALUE VALUES\n${tuples.join(',\n')};`)
    }
  }
  return out.join('\n')
}

const COPY = /^COPY (\S+ \(.*\)) FROM stdin;$/
const END_OF_ROWS = '\\.'
const ROWS_PER_INSERT = 500

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** One value of COPY's text format as an SQL literal. */
function literal(value: string): string {
  if (value === '\\N') return 'NULL'
  const text = value.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (_, code: string) => {
    if (/^x/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    return ESCAPES[code] ?? code
  })
  return `'${text.replaceAll("'", "''")}'`
}
