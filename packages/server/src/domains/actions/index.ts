export * from './action-filters.ts'
export * from './rules/index.ts'
export * from './water-columns.ts'
export * from './water-control/index.ts'
