import { type ColumnField, fieldsWithInherited, type Kind, type Model, modelNamed, primaryKey } from '@alyx/models'
import { fieldPath } from './field-path.ts'
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

/** Kinds that say something in a few characters. */
const HINTING: ReadonlySet<Kind> = new Set(['text', 'choice', 'level', 'date', 'datetime', 'email', 'reference'])
const MOST_HINTS = 2
const BETWEEN_HINTS = ' · '

/** The column that tells most about a path of a list: of a reference the one that the other row is called by. */
function hintPath(model: Model, path: string): string | undefined {
  // Lists also show what is no column: rows that refer to this one, rows of any model.
  const [first = ''] = path.split('.')
  if (!Object.hasOwn(fieldsWithInherited(model), first) || fieldsWithInherited(model)[first]?.field.kind === 'generic')
    return undefined
  const { field, toMany, crosses } = fieldPath(model, path)
  if (toMany || crosses.some(({ framework }) => framework) || !HINTING.has(field.kind)) return undefined
  if (field.kind !== 'reference') return path
  const [name, ...others] = titlePaths(modelNamed(field.to))
  return name === undefined || name.includes('.') || others.length > 0 ? undefined : `${path}.${name}`
}

/** What tells rows of one name apart: the first columns of the model's list that are not in its title. Null when empty. */
export function hintPart(model: Model): DerivedPart {
  const scope = new Scope(model)
  const paths = (model.admin?.list ?? [])
    .flatMap((path) => hintPath(model, path) ?? [])
    .filter((path) => !titlePaths(model).includes(path))
    .slice(0, MOST_HINTS)
  const readings = paths.map((path) => reading(scope.column(path).field))
  return derived('text', paths, (values) => {
    const hints = values.flatMap((text, at) => (text === null || text === '' ? [] : [readings[at]!(text)]))
    return hints.length === 0 ? null : hints.join(BETWEEN_HINTS)
  })
}
