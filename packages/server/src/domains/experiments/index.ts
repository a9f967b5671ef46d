export * from './atlas.ts'
export * from './insertion-filters.ts'
export * from './rules/index.ts'
