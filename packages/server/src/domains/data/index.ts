export * from './dataset-filters.ts'
export * from './dataset-reading.ts'
