import { fieldsWithInherited, type Model, primaryKey } from '@alyx/models'
import {
  column,
  hintPart,
  type Order,
  Reader,
  searchCondition,
  titlePart,
  titlePaths,
  wordsOf,
} from '../query/index.ts'
import { readAsked, searchedPaths, type Where } from './asked.ts'
import { type NativeHandler, sendJson } from './gate.ts'
import { requireSight } from './list.ts'
import { rowWriter } from './rows.ts'

const DEFAULT_CHOICES = 20
const MOST_CHOICES = 100

/** Matches that are looked at for each place where they may be found, before the best are chosen. */
const MOST_MATCHES = 200
/** Texts that are this short are codes, such as versions and cages; names are allowed to be longer. */
const LONGEST_CODE = 64

const TEXTS = new Set(['text', 'email'])
const TIMES = new Set(['date', 'datetime'])

/** Columns of the model's own table that a path names directly. */
const ownField = (model: Model, path: string) => fieldsWithInherited(model)[path]?.field

function isName(model: Model, path: string): boolean {
  const field = ownField(model, path)
  return field !== undefined && 'maxLength' in field && TEXTS.has(field.kind) && field.maxLength > LONGEST_CODE
}

/** Where choices are looked for: what rows are called by, and their other names that lists search. */
const searchedBy = (model: Model): readonly string[] => [
  ...new Set([
    ...titlePaths(model),
    ...(model.naturalKey ?? []),
    ...(model.admin?.search ?? []).filter((path) => isName(model, path)),
  ]),
]

/** By name where rows have one, the newest first where they have a time, else as the model's lists are. */
function orderOf(model: Model): { readonly order: Order; readonly name: string | undefined } {
  const own = titlePaths(model).map((path) => ({ path, kind: ownField(model, path)?.kind ?? '' }))
  const time = own.find(({ kind }) => TIMES.has(kind))
  const [first] = own
  const name = first && TEXTS.has(first.kind) ? first.path : undefined
  return { order: name ? [name] : time ? [`-${time.path}`] : (model.ordering ?? []), name }
}

/**
 * A few rows to choose from while somebody types: `{"results": [{"id", "title", "hint"}]}`, those whose name begins
 * with what was typed first. Takes the filters of the list. Three statements at most, from indexes.
 */
export function choices(model: Model): NativeHandler {
  const searched = searchedBy(model)
  const { order, name } = orderOf(model)
  let reader: Reader | undefined
  let write: ReturnType<typeof rowWriter> | undefined
  return async (call) => {
    requireSight(call, model)
    const { database, account, query, moment, origin, mediaPath, reply } = call
    reader ??= new Reader(model, {
      id: column(primaryKey(model).name),
      title: titlePart(model),
      hint: hintPart(model),
    })
    write ??= rowWriter(reader.layout)
    const { where, limit } = readAsked(model, account, query, {
      parameters: ['search', 'limit'],
      ownSearch: true,
      defaultLimit: DEFAULT_CHOICES,
      mostRows: MOST_CHOICES,
    })
    const words = wordsOf(query.get('search') ?? '')
    const along = (paths: readonly string[], at: 'start' | 'anywhere'): Where =>
      searchCondition(model, searchedPaths(model, account, paths), words, { atMost: MOST_MATCHES, at }, where)
    const wheres: (Where | undefined)[] = words.length === 0 ? [where] : [along(searched, 'anywhere')]
    if (name && words.length > 0) wheres.unshift(along([name], 'start'))
    const read = (condition: Where | undefined) =>
      reader!.slice(
        database,
        { order, limit, offset: 0, planEachTime: words.length > 0, ...(condition && { where: condition }) },
        moment,
      )
    const slices = await Promise.all(wheres.map(read))
    const results = new Map<string, string>()
    for (const slice of slices)
      for (const one of slice.rows)
        if (results.size < limit) results.set(one[0]!, write(one, { found: slice, moment, origin, mediaPath }))
    return sendJson(reply, `{"results":[${[...results.values()].join(',')}]}`)
  }
}
