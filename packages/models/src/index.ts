export * from './all.ts'
export type * from './field.ts'
export * from './model.ts'
export * from './relations.ts'
