/**
 * Writing records: the one way in which rows come to be, change and go, whichever door asked. Knows no model by name:
 * what a model demands is said by its declaration and by the rules of its domain.
 */

export { wallMicroseconds } from './clock.ts'
export { claim, fingerprintOf, type KeptAnswer, type KeyedRequest, keep, purgeAnswers } from './idempotency.ts'
export type { Actor, Change, NewRow, Recorder, RecordingSettings, Source } from './recorder.ts'
export { brokenSets, findKeys, uniqueFields } from './references.ts'
export { type Faults, invalid, type RefusalKind, Refused } from './refused.ts'
export type { Draft, Key, Row, Saved, Value } from './row.ts'
export { type DefaultRule, type RuleBook, type Rules, rulesFor } from './rules.ts'
export { columnsOf } from './tables.ts'
export { TransactionRecorder } from './transaction-recorder.ts'
export { refusalOf, takenMessage, uniqueSetMessage } from './violations.ts'
