/** Transactions that write records with the rules of all domains. */
export { instantNow, type RecordOptions, record } from './record.ts'
export { ruleBook } from './rule-book.ts'
