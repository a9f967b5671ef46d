/** What calls about tasks ask for in more than one place. */
import { ifAny, list, oneOf, text, uuid } from '../kinds.ts'

/** Who may call: members and their machines, not public accounts. */
export const JOBS = { tag: 'jobs', policy: 'members' } as const
/** Machines call as often as the work demands: no limit of requests counts them. */
export const MACHINES = { ...JOBS, unlimited: true } as const

export const KIB = 1024
const MOST_NAMES = 200

/** Names of rows and words of people. */
export const name = (help: string, most = 255) => text(help, { least: 1, most })
/** Names that narrow what is given away; nothing is narrowed when there are none. */
export const names = (help: string) => ifAny(list(help, name('A name.'), { most: MOST_NAMES }))

export const ATTEMPT = { key: uuid('Key of the attempt.') }

/** What a child needs of a parent. */
export const NEEDS = oneOf('`success`: Complete or Incomplete. `data`: Empty too. `end`: whatever it ended as.', [
  'success',
  'data',
  'end',
])

/** Without what is undefined: a field that is absent and one that is undefined are two things to those who write rows. */
export const present = <T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
