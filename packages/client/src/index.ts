/** Typed calls to the native API, for browsers and for programs. Knows nothing of either. */
export type * from './answers.ts'
export { Client, type Parameters, queryOf } from './client.ts'
export type * from './colony.ts'
export { colony } from './colony.ts'
export { listen } from './events.ts'
export { addNote } from './notes.ts'
export { Problem } from './problem.ts'
export * from './sessions.ts'
