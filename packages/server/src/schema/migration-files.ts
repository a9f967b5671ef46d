import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

/** One step in the history of the database. */
export interface Migration {
  readonly number: number
  /** What it does, from the file's name: `alyx_3.6.1`. */
  readonly name: string
  /** SQL that takes the step, without transaction commands. */
  readonly up: string
  /** SQL that takes it back. */
  readonly down: string
  /** SHA-256 of the file, so that a change after the fact is noticed. */
  readonly checksum: string
}

/** Where the server's own migrations are. */
const migrationsFolder = new URL('../migrations/', import.meta.url)

const FILE_NAME = /^(?<number>\d{4})_(?<name>[\w.-]+)\.sql$/
const DOWN_MARK = /^-- down$/m

/** `0007_name.sql` -> its parts, or undefined when the file is no migration. */
function parsedName(file: string): { number: number; name: string } | undefined {
  const parts = FILE_NAME.exec(file)?.groups
  return parts && { number: Number(parts.number), name: parts.name ?? '' }
}

/**
 * A migration from its file: everything before the line `-- down` goes forward, everything after it goes back.
 *
 * @throws Error when the file has no `-- down`, or has it twice
 */
export function parseMigration(file: string, content: string): Migration {
  const parts = parsedName(file)
  if (!parts) throw new Error(`${file} is not called like a migration: four digits, "_", a name, ".sql"`)
  const text = content.replaceAll('\r\n', '\n')
  const [up, down, ...more] = text.split(DOWN_MARK)
  if (up === undefined || down === undefined || more.length > 0) {
    throw new Error(`${file} needs exactly one line "-- down" before the SQL that takes it back`)
  }
  return { ...parts, up: up.trim(), down: down.trim(), checksum: createHash('sha256').update(text).digest('hex') }
}

/**
 * All migrations of a folder, in the order of their numbers.
 *
 * @throws Error when two have one number, or a number is left out
 */
export async function listMigrations(folder: URL = migrationsFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => parsedName(file)).sort()
  const migrations = await Promise.all(
    files.map(async (file) => parseMigration(file, await readFile(new URL(file, folder), 'utf8'))),
  )
  for (const [at, { number, name }] of migrations.entries()) {
    if (number !== at + 1) throw new Error(`migration ${number} (${name}) stands where number ${at + 1} should be`)
  }
  return migrations
}

/** Four digits, as in the file's name. */
export const migrationTitle = ({ number, name }: { readonly number: number; readonly name: string }): string =>
  `${String(number).padStart(4, '0')}_${name}`
