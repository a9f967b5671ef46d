import { Readable } from 'node:stream'
import type { Model } from '@alyx/models'
import { allOf, rowsAfter, type TextRow } from '../query/index.ts'
import { type Asked, readAsked, type Where } from './asked.ts'
import { csvWriter } from './csv.ts'
import type { NativeCall, NativeHandler } from './gate.ts'
import { requireSight } from './list.ts'
import { type Representation, representationOf } from './representation.ts'

/** Rows that are read and written at a time: memory stays the same however long the table is. */
const BATCH_ROWS = 1000

/** The whole list as a table, with the filters, fields and order of the list; two statements per thousand rows. */
export const exportCsv =
  (model: Model): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const { account, query, reply, request } = call
    const asked = readAsked(model, account, query, { parameters: ['search', 'ordering', 'fields'] })
    const representation = representationOf(model, account, {
      order: asked.order,
      ...(asked.fields && { fields: asked.fields, names: asked.names! }),
    })
    const lines = csvLines(call, asked, representation)
    // The first batch is read before the answer begins, so that what goes wrong then is still told in words.
    const first = request.method === 'HEAD' ? '' : ((await lines.next()).value ?? '')
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${model.name.toLowerCase()}-${call.moment.today}.csv"`)
      .send(Readable.from(continued(first, lines)))
  }

async function* continued(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first !== '') yield first
  yield* rest
}

/** Batches of lines, each found after the last row of the one before. */
async function* csvLines(
  { database, moment, origin, mediaPath }: NativeCall,
  { where, order }: Asked,
  { reader, shown, orderIndexes }: Representation,
): AsyncGenerator<string> {
  const { head, write } = csvWriter(shown)
  let last: TextRow | undefined
  let text = head
  for (;;) {
    const from: Where | undefined = last
      ? after(
          where,
          order,
          orderIndexes.map((index) => last![index] ?? null),
        )
      : where
    const slice = await reader.slice(
      database,
      { order, limit: BATCH_ROWS, offset: 0, ...(from && { where: from }) },
      moment,
    )
    const writing = { found: slice, moment, origin, mediaPath }
    for (const row of slice.rows) text += write(row, writing)
    yield text
    text = ''
    last = slice.rows.at(-1)
    if (!slice.more || !last) return
  }
}

const after =
  (where: Where | undefined, order: Asked['order'], values: readonly (string | null)[]): Where =>
  (scope) =>
    allOf([...(where ? [where(scope)] : []), rowsAfter(scope, order, values)])
