export { fieldFilter, fieldFilters, labelled } from './field-filters.ts'
export { InvalidParameters, type ListFilter, readFilters } from './filter.ts'
export {
  anyOf,
  bool,
  custom,
  django,
  existing,
  jsonPairs,
  lenientDatetime,
  number,
  refused,
  regionFilters,
  replacing,
  text,
  uuid,
} from './kinds.ts'
