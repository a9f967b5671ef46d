export * from './atlas.ts'
export * from './insertion-filters.ts'
