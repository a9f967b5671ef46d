import type { Model } from '@alyx/models'
import type { Db } from '../../database/index.ts'
import { keyIn } from '../../query/index.ts'
import type { Key } from '../../records/index.ts'
import { etagOf } from '../etag.ts'
import type { NativeCall } from '../gate.ts'
import { representationOf } from '../representation.ts'

/** A row as it is now, as JSON text, with its version; undefined when it is not there any more. */
export async function rowNow(
  db: Db,
  call: NativeCall,
  model: Model,
  key: Key,
): Promise<{ json: string; etag: string } | undefined> {
  const { account, moment, origin, mediaPath } = call
  const representation = representationOf(model, account, { whole: true })
  const found = await representation.reader.find(db, (scope) => keyIn(scope, [key]), moment, 1)
  const [row] = found.rows
  if (!row) return undefined
  return {
    json: representation.write(row, { found, moment, origin, mediaPath }),
    etag: etagOf(representation, row, found),
  }
}
