import type { ColumnField, Model } from '@alyx/models'
import { primaryKey } from '@alyx/models'
import { Scope } from './scope.ts'
import { type DerivedPart, derived } from './shape.ts'

const HOLES = /\{([^{}]+)\}/g
/** A moment to the second, as people read it. */
const MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d).*$/

/** A declared title in its pieces: texts around the values, and where each value is found. */
function piecesOf(model: Model): { readonly texts: readonly string[]; readonly paths: readonly string[] } {
  const title = model.title ?? `{${primaryKey(model).name}}`
  const pieces = title.split(HOLES)
  return { texts: pieces.filter((_, at) => at % 2 === 0), paths: pieces.filter((_, at) => at % 2 === 1) }
}

/** Paths of the columns that a row of the model is called by. */
export const titlePaths = (model: Model): readonly string[] => piecesOf(model).paths

/** A value as it stands in a title: labels for coded values, moments without fractions and offsets. */
function reading(field: ColumnField): (text: string) => string {
  if (field.kind === 'level' || field.kind === 'choice') {
    const labels = new Map(field.choices.map(([value, label]) => [String(value), label]))
    return (text) => labels.get(text) ?? text
  }
  return field.kind === 'datetime' ? (text) => text.replace(MOMENT, '$1 $2') : (text) => text
}

/**
 * How a row is called, made from the title that its model declares: `SW_001 2026-03-02 09:30:00`. What is missing leaves
 * no gap; a row without anything to call it by is called by its key.
 */
export function titlePart(model: Model): DerivedPart {
  const { texts, paths } = piecesOf(model)
  const scope = new Scope(model)
  const readings = paths.map((path) => reading(scope.column(path).field))
  return derived('text', [...paths, primaryKey(model).name], (values) => {
    const known = paths.map((_, at) => (values[at] === null ? '' : readings[at]!(values[at]!)))
    if (paths.length > 0 && known.every((text) => text === '')) return values.at(-1)
    const title = texts.reduce((whole, text, at) => whole + text + (known[at] ?? ''), '')
    return title.replaceAll(/\s+/g, ' ').trim() || values.at(-1)
  })
}
