export * from './accounts.ts'
export * from './memberships.ts'
export * from './sign-in.ts'
export * from './web-sessions.ts'
