export * from './subject-filters.ts'
