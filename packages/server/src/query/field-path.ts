import { type ColumnField, columnName, hasColumn, type ManyField, type Model } from '@alyx/models'
import { unknownName, visibleStep } from './conditions-path.ts'
import { FilterError, quoted } from './filter-error.ts'

/** Where a path of names over references leads, as a representation or an order may ask for it. */
export interface FieldPath {
  /** Names joined by dots, inherited steps spelled out. */
  readonly path: string
  readonly field: ColumnField | ManyField
  /** The model that declares the field. */
  readonly model: Model
  /** There may be several values: the path crosses, or ends at, a list of rows. */
  readonly toMany: boolean
  /** Models that are visited, the first excluded. */
  readonly crosses: readonly Model[]
}

const MAX_STEPS = 8

/**
 * Resolves a path such as `session.subject.nickname` or `projects.name` over declared references.
 *
 * @param back  the path may also go from a row to those that refer to it, as filters do
 * @throws FilterError naming what is unknown; credentials are
 */
export function fieldPath(start: Model, path: string, { back = false } = {}): FieldPath {
  const names = path.split('.')
  if (names.length > MAX_STEPS) throw new FilterError(`a path may have ${MAX_STEPS} names at most`)
  const steps: string[] = []
  const crosses: Model[] = []
  let model = start
  let toMany = false
  for (const [at, name] of names.entries()) {
    const isLast = at === names.length - 1
    let step = visibleStep(model, name)
    while (step?.is === 'inherited') {
      steps.push(step.parent.name)
      model = step.parent.to
      step = visibleStep(model, name)
    }
    if (!step) throw unknownName(model, name)
    if (step.is === 'relation' && step.relation.reverse && !back)
      throw new FilterError(`${quoted(name)} leads back to the rows that refer to this one: only filters go there`)
    if (step.is === 'column') {
      if (!isLast) throw new FilterError(`${quoted(name)} is a value: nothing can follow it`)
      return { path: [...steps, step.name].join('.'), field: step.field, model, toMany, crosses }
    }
    const { relation } = step
    crosses.push(relation.to)
    if (relation.toMany && toMany) throw new FilterError('a path may cross one list of rows only')
    toMany ||= relation.toMany
    steps.push(name)
    if (isLast) return { path: steps.join('.'), field: relation.declaredBy.field, model, toMany, crosses }
    model = relation.to
  }
  throw unknownName(start, path)
}

/** Models that a filter path visits, the first excluded; empty for a path that leads nowhere. */
export function modelsCrossed(start: Model, names: readonly string[]): readonly Model[] {
  const crossed: Model[] = []
  let model = start
  for (const name of names) {
    let step = visibleStep(model, name)
    while (step?.is === 'inherited') {
      model = step.parent.to
      step = visibleStep(model, name)
    }
    if (step?.is !== 'relation') {
      const field = step?.is === 'column' && step.field.kind === 'reference' ? targetOf(model, step.column) : undefined
      return field ? [...crossed, field] : crossed
    }
    model = step.relation.to
    crossed.push(model)
  }
  return crossed
}

/** The model that a column of keys refers to. */
function targetOf(model: Model, column: string): Model | undefined {
  for (const [name, field] of Object.entries(model.fields)) {
    if (!hasColumn(field) || columnName(name, field) !== column) continue
    const step = visibleStep(model, name)
    return step?.is === 'relation' ? step.relation.to : undefined
  }
  return undefined
}

/** True for a model whose rows may not be named to anybody, because their keys are credentials. */
export { isCredential, isHidden } from './conditions-path.ts'
