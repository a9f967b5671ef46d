export * from './rules/index.ts'
export * from './subject-filters.ts'
