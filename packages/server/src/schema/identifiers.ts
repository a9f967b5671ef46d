/**
 * Words that PostgreSQL 15 and later accept as a column's name only in quotes (`pg_get_keywords()`, catcodes R and T).
 * Newer versions quote more words when they print a definition; those quotes are taken away, so that texts compare.
 */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
  column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select session_user similar some symmetric table tablesample then to trailing true union unique user
  using variadic verbose when where window with`.split(/\s+/),
)

const isPlain = (name: string) => /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)

/** The name as it is written in a definition: quoted only where it must be. */
export const quoted = (name: string): string => (isPlain(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** Text in quotes for SQL. */
export const literal = (text: string): string =>
  text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`

/** A definition as PostgreSQL printed it, in the one form that all versions agree on. */
export const normalised = (definition: string): string =>
  definition
    .replace(/"((?:[^"]|"")*)"/g, (_, name: string) => quoted(name.replaceAll('""', '"')))
    .replaceAll('public.', '')
