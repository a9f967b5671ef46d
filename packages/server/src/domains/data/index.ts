export * from './dataset-filters.ts'
export * from './dataset-reading.ts'
export * from './markdown.ts'
export * from './tags.ts'
