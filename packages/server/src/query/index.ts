export type { Layout, Place } from './compile-shape.ts'
export { conditionFor } from './conditions.ts'
export { FilterError, nearest } from './filter-error.ts'
export { parseDjangoFilter } from './filter-text.ts'
export { allOf, askForNothing, holding, rowExists, valueIs } from './fragments.ts'
export { jsonFilter } from './json-filter.ts'
export type { Order } from './order.ts'
export { namesOf, stepOf } from './path.ts'
export {
  type Batches,
  type Found,
  type Nested,
  type Page,
  Reader,
  type Selection,
  statementOf,
  type TextRow,
  type Totals,
} from './read.ts'
export { type Fragment, Scope } from './scope.ts'
export * from './shape.ts'
export { everyField } from './shape-of-model.ts'
export { rowTotals } from './totals.ts'
