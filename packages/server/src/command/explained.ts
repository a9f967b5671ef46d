/** Something that the person at the keyboard can put right. The message is complete: what is wrong and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** What the rooms below throw with a message for people. By name: to load their modules for `--help` would be slow. */
const FOR_PEOPLE = new Set([
  'Refusal',
  'Refused',
  'SettingsError',
  'DatabaseStartError',
  'AdoptionRefused',
  'MigrationMismatch',
  'MigrationFailed',
  'DumpError',
  'BrokenBackup',
  'CannotRestore',
  'NotKnown',
  'AccountRefused',
  'MailFailure',
  'StorageUnavailable',
  'TablesRefused',
  'ScheduleRefused',
])

/** Answers of a database that was there when the command began. */
const OF_THE_DATABASE: Readonly<Record<string, string>> = {
  DatabaseUnavailable: 'The database has gone away',
  DatabaseFull: "The disk of the database is full: make room there. PostgreSQL's words",
  StatementTimeout: 'A query took longer than ALYX_STATEMENT_TIMEOUT_MS allows',
  SerializationFailure: 'Somebody else was changing the same rows: try again',
}

const OF_THE_SYSTEM: Readonly<Record<string, (path: string) => string>> = {
  ENOSPC: (path) => `The disk is full${path && `, at ${path}`}: make room and try again.`,
  EDQUOT: (path) => `The disk quota is used up${path && `, at ${path}`}: make room and try again.`,
  EACCES: (path) => `${path || 'A file'} may not be read or written by this user.`,
  EPERM: (path) => `${path || 'A file'} may not be changed by this user.`,
  EROFS: (path) => `${path || 'A file'} lies on a disk that cannot be written to.`,
  ENOENT: (path) => `There is no file ${path}.`,
  EISDIR: (path) => `${path || 'What was named'} is a folder, not a file.`,
  ENOTDIR: (path) => `${path}: one of its folders is a file.`,
  EEXIST: (path) => `${path} exists already.`,
}

/** What to tell the person who ran a command: sentences for what they can put right, everything for our own mistakes. */
export function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (FOR_PEOPLE.has(error.name)) return error.message
  const ofDatabase = OF_THE_DATABASE[error.name]
  if (ofDatabase !== undefined) return `${ofDatabase}: ${error.message}.`
  const { code = '', path = '', syscall } = error as NodeJS.ErrnoException
  const sentence = syscall === undefined ? undefined : OF_THE_SYSTEM[code]?.(path)
  if (sentence !== undefined) return sentence
  return `This is a mistake in Alyx. Please report it with these lines:\n${error.stack ?? error.message}`
}
