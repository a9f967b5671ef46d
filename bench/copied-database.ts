import { identifier, openDatabase } from '../packages/server/src/database/index.ts'

/** Copies a database that nobody is connected to. @returns the address of the copy, and what drops it */
export async function copyOf(url: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = decodeURIComponent(/^\w+:\/\/[^/]*\/([^?]*)/.exec(url)?.[1] ?? '')
  const at = (database: string) => url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${encodeURIComponent(database)}`)
  const copy = `${name}_writing`
  const administer = async (...statements: readonly string[]) => {
    const database = await openDatabase({ url: at('postgres'), timeZone: 'UTC', maxConnections: 1 })
    try {
      for (const statement of statements) await database.script(statement)
    } finally {
      await database.close()
    }
  }
  const dropping = `drop database if exists ${identifier(copy).text} with (force)`
  await administer(dropping, `create database ${identifier(copy).text} template ${identifier(name).text}`)
  return { url: at(copy), drop: () => administer(dropping) }
}
