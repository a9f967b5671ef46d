import { randomBytes } from 'node:crypto'
import { Lab, LabMember, LabMembership, NotificationRule, type RowOf, Subject, WaterRestriction } from '@alyx/models'
import { type Database, sql } from '../../../../src/database/index.ts'
import { notificationRules } from '../../../../src/domains/actions/notifications/index.ts'
import { type RecordOptions, record, ruleBook } from '../../../../src/recording/index.ts'
import type { NewRow, Recorder, RecordingSettings } from '../../../../src/records/index.ts'
import { recordingAs } from '../../../records/recording-as.ts'

/** Records as a command does, with the rules of notifications and no others. */
export const telling = (settings: Partial<RecordingSettings> = {}, at?: Date): RecordOptions => {
  const as = recordingAs(undefined, settings)
  const book = { ...ruleBook, rules: notificationRules }
  if (at === undefined) return { ...as, book }
  const now = at.toISOString().slice(0, 19).replace('T', ' ')
  return { ...as, book, now: `${now}+00`, moment: { instant: at, now, today: now.slice(0, 10) } }
}

/** A notification as it stands in the database. */
export interface Told {
  readonly title: string
  readonly message: string
  readonly status: string
  readonly notification_type: string
  readonly users: readonly string[]
  readonly json: Record<string, unknown> | null
}

/** A small lab of its own for one test, in which nothing has been said and nobody has made rules yet. */
export interface Colony {
  readonly lab: string
  person(name: string, about?: NewRow<typeof LabMember>): Promise<string>
  /** An animal; with a reference weight it has been on restriction for ten days. */
  animal(about?: NewRow<typeof Subject>, referenceGrams?: number): Promise<RowOf<typeof Subject>>
  rule(user: string, type: string, scope: string): Promise<void>
  membership(about: NewRow<typeof LabMembership>): Promise<void>
  recording<T>(work: (recorder: Recorder) => Promise<T>): Promise<T>
  /** What was said of an animal, oldest first; without animal all that is of no animal. */
  told(subject: string | null): Promise<Told[]>
}

const DAY_MS = 24 * 60 * 60 * 1000
export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString()

export async function colony(database: Database): Promise<Colony> {
  const recording = <T>(work: (recorder: Recorder) => Promise<T>) => record(database, telling(), work)
  const word = () => `n${randomBytes(4).toString('hex')}`
  // Those of the demo laboratory and of the test before would hear of these animals too.
  await database.execute(sql`delete from actions_notificationrule`)
  const [made] = await recording((recorder) =>
    recorder.create(Lab, [{ name: word(), reference_weight_pct: 0.8, timezone: 'UTC' }]),
  )
  const lab = made!.key
  return {
    lab,
    recording,
    async person(name, about = {}) {
      const username = `${name}.${word()}`
      const [saved] = await recording((recorder) =>
        recorder.create(LabMember, [
          { username, password: '', first_name: name, last_name: '', email: `${username}@example.org`, ...about },
        ]),
      )
      return saved!.key
    },
    async animal(about = {}, referenceGrams) {
      const [saved] = await recording((recorder) =>
        recorder.create(Subject, [{ nickname: word(), lab_id: lab, birth_date: '2025-01-01', ...about }]),
      )
      if (referenceGrams !== undefined)
        await recording((recorder) =>
          recorder.create(WaterRestriction, [
            { subject_id: saved!.key, reference_weight: referenceGrams, start_time: daysAgo(10) },
          ]),
        )
      return saved!.after as RowOf<typeof Subject>
    },
    async rule(user_id, notification_type, subjects_scope) {
      await recording((recorder) => recorder.create(NotificationRule, [{ user_id, notification_type, subjects_scope }]))
    },
    async membership(about) {
      await recording((recorder) => recorder.create(LabMembership, [{ lab_id: lab, ...about }]))
    },
    told: (subject) =>
      database.objects<Told>(sql`
        select n.title, n.message, n.status, n.notification_type, n.json,
               array(select u.first_name::text from actions_notification_users l join misc_labmember u on u.id = l.labmember_id
                      where l.notification_id = n.id order by u.first_name) as users
          from actions_notification n where n.subject_id is not distinct from ${subject}::uuid order by n.send_at, n.title`),
  }
}
