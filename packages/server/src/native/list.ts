import type { Model } from '@alyx/models'
import { allOf, reversed, rowsAfter } from '../query/index.ts'
import { type Asked, readAsked, type Where } from './asked.ts'
import { type Cursor, cursorBeside, readCursor } from './cursor.ts'
import { type NativeCall, type NativeHandler, type NativeServices, sendJson } from './gate.ts'
import { sees } from './models.ts'
import { problems } from './problem.ts'
import { representationOf } from './representation.ts'

/** @throws Problem when the model does not exist for the caller */
export function requireSight({ account, path }: NativeCall, model: Model): void {
  if (!sees(account, model)) throw problems.noSuchModel(path)
}

/** The rows on the far side of a cursor, and those of the filter. */
const beyond =
  (where: Where | undefined, order: Asked['order'], { values }: Cursor): Where =>
  (scope) =>
    allOf([...(where ? [where(scope)] : []), rowsAfter(scope, order, values)])

/**
 * A page of a list: `{"results": […], "next": …, "previous": …, "count"?: …}`. Pages follow each other by cursors, which
 * neither skip nor repeat rows when others write meanwhile, unless an offset is asked for.
 *
 * At most four statements: who calls, the page, everything nested in it, the count.
 */
export const list =
  (model: Model, { totals }: NativeServices): NativeHandler =>
  async (call) => {
    requireSight(call, model)
    const { database, account, query, moment, origin, mediaPath } = call
    const asked = readAsked(model, account, query, {
      parameters: ['search', 'ordering', 'limit', 'offset', 'cursor', 'fields', 'count'],
    })
    const { order, limit, offset, where } = asked
    const cursor = asked.cursor === undefined ? undefined : readCursor(asked.cursor, order)
    const representation = representationOf(model, account, {
      order,
      ...(asked.fields && { fields: asked.fields, names: asked.names! }),
    })
    const { reader, write, orderIndexes } = representation
    const backwards = cursor?.side === 'before'
    const direction = backwards ? reversed(order) : order
    const from = cursor ? beyond(where, direction, cursor) : where
    const [slice, count] = await Promise.all([
      reader.slice(
        database,
        { order: direction, limit, offset: offset ?? 0, planEachTime: asked.searches, ...(from && { where: from }) },
        moment,
      ),
      asked.count ? reader.count(database, where, totals) : undefined,
    ])
    const rows = backwards ? slice.rows.toReversed() : slice.rows
    const writing = { found: slice, moment, origin, mediaPath }
    const beside = (side: Cursor['side'], row: (typeof rows)[number] | undefined) =>
      row && pageAddress(call, { cursor: cursorBeside(side, row, order, orderIndexes) })
    const at = (start: number) => pageAddress(call, { offset: String(start) })
    const after = backwards || slice.more
    const before = backwards ? slice.more : cursor !== undefined
    const next = !after ? undefined : offset === undefined ? beside('after', rows.at(-1)) : at(offset + limit)
    const previous =
      offset === undefined
        ? before
          ? beside('before', rows[0])
          : undefined
        : offset > 0
          ? at(Math.max(0, offset - limit))
          : undefined
    const results = rows.map((row) => write(row, writing)).join(',')
    return sendJson(
      call.reply,
      `{"results":[${results}],"next":${JSON.stringify(next ?? null)},"previous":${JSON.stringify(previous ?? null)}${count === undefined ? '' : `,"count":${count}`}}`,
    )
  }

/** The same question for another page: path and query, to be followed as they are. */
function pageAddress({ path, query }: NativeCall, page: { cursor: string } | { offset: string }): string {
  const parameters = new URLSearchParams()
  for (const [name, values] of query.lists())
    if (name !== 'cursor' && name !== 'offset') for (const value of values) parameters.append(name, value)
  for (const [name, value] of Object.entries(page)) parameters.set(name, value)
  return `${path}?${parameters}`
}
