export * from './messages.ts'
export * from './own-account.ts'
export * from './page-use.ts'
export * from './saved-views.ts'
