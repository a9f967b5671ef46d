import { randomBytes } from 'node:crypto'
import { identifier, openDatabase, withSession } from '../database/index.ts'
import { verifyHistory } from '../history/index.ts'
import { fingerprint, readSchema } from '../schema/index.ts'
import { BrokenBackup, checkParts, type Manifest } from './manifest.ts'
import { type Into, restoreDatabase } from './restore.ts'

/** What a backup was found to hold. */
export interface Verified {
  readonly rows: number
  readonly tables: number
  readonly seals: number
}

/**
 * Proves that a backup can be restored: checksums, a restore into a database of its own, counts of all tables, the shape of
 * the tables and every seal of the history. The database is gone afterwards.
 *
 * @param on  a database on the server where the scratch database may be made
 * @throws BrokenBackup with what is wrong
 */
export async function verifyBackup(folder: string, manifest: Manifest, on: Into): Promise<Verified> {
  on.onProgress?.('Comparing checksums')
  await checkParts(folder, manifest)
  const name = `alyx_verify_${randomBytes(6).toString('hex')}`
  const { text } = identifier(name)
  const administer = (sql: string) => withSession(on, (session) => session.script(sql))
  await administer(`create database ${text} template template0`)
  const url = on.url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`)
  try {
    await restoreDatabase(folder, manifest, { ...on, url })
    return await examine(manifest, { ...on, url })
  } finally {
    await administer(`drop database if exists ${text} with (force)`)
  }
}

async function examine(manifest: Manifest, { url, timeZone, onProgress }: Into): Promise<Verified> {
  const database = await openDatabase({ url, timeZone, maxConnections: 2 })
  try {
    if (fingerprint(await readSchema(database)) !== manifest.schema)
      throw new BrokenBackup('The restored tables are not those that were backed up.')
    onProgress?.('Comparing the history with its seals')
    const counts = {
      rows: Object.values(manifest.tables).reduce((sum, rows) => sum + rows, 0),
      tables: Object.keys(manifest.tables).length,
    }
    if (manifest.migrations.length === 0) return { ...counts, seals: 0 }
    const { broken, seals } = await verifyHistory(database, { expected: manifest.history ?? undefined })
    if (broken !== undefined) throw new BrokenBackup(`The history of the restored database does not hold: ${broken}`)
    return { ...counts, seals }
  } finally {
    await database.close()
  }
}
