import { join } from 'node:path'
import { atTheEnd } from '../e2e/running/endings.ts'
import { root } from '../e2e/running/places.ts'
import { type Embedded, openDatabase, raw, startEmbedded } from '../packages/server/src/database/index.ts'
import { laboratoryVersion, type Sizes, seedLaboratory } from './laboratory.ts'

/** Written into a database once it is complete. */
const FINISHED = 'complete'

/** The large laboratory on our own PostgreSQL, made anew or kept from an earlier run. */
export async function preparedDatabase(sizes: Sizes, say: (text: string) => void): Promise<Embedded> {
  const databaseName = `bench_${sizes.sessions}_${laboratoryVersion(sizes)}`
  const folder = join(root, 'bench/.data')
  const embedded = await startEmbedded({ folder, databaseName, onProgress: say, fsync: false })
  atTheEnd(() => embedded.stop())
  const database = await openDatabase({ url: embedded.url, timeZone: 'UTC', maxConnections: 2 })
  try {
    const [row] = await database.rows(
      raw(`select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()`),
    )
    if (row?.[0] === FINISHED) return embedded
    const [tables] = await database.rows(raw(`select count(*) from pg_tables where schemaname in ('public', 'alyx')`))
    if (tables?.[0] !== '0') throw new Error(`an earlier run did not finish ${databaseName}: remove bench/.data`)
    say(`Making a laboratory of ${sizes.sessions} sessions, ${sizes.datasets} datasets and ${sizes.channels} channels`)
    await seedLaboratory(database, sizes, say)
    await database.script(`comment on database ${databaseName} is '${FINISHED}'`)
    return embedded
  } finally {
    await database.close()
  }
}
