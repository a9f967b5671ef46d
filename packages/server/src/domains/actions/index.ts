export * from './action-filters.ts'
