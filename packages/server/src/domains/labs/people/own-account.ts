/** What people see and change of their own account. */
import { LabMember } from '@alyx/models'
import { type Db, sql } from '../../../database/index.ts'
import type { Recorder } from '../../../records/index.ts'
import { issueToken } from '../accounts.ts'

/** Last characters of a token that are shown: enough to tell tokens apart. */
const SHOWN_CHARACTERS = 4
const masked = (key: string): string => `${'•'.repeat(8)}${key.slice(-SHOWN_CHARACTERS)}`

export interface OwnAccount {
  readonly id: string
  readonly username: string
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  readonly date_joined: string
  readonly last_login: string | null
  readonly has_password: boolean
  readonly allowed_users: readonly { readonly id: string; readonly title: string }[]
  /** Never the token itself. */
  readonly token: { readonly shown: string; readonly made_at: string } | null
}

/** The account of a person, in one statement; undefined when it is gone. */
export async function ownAccount(db: Db, person: string): Promise<OwnAccount | undefined> {
  const [row] = await db.objects<Omit<OwnAccount, 'token'> & { key: string | null; token_made_at: string }>(sql`
    select u.id, u.username, u.first_name, u.last_name, u.email, to_json(u.date_joined) as date_joined,
           to_json(u.last_login) as last_login, u.password <> '' and u.password not like '!%' as has_password,
           (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.username) order by o.username), '[]')
              from misc_labmember_allowed_users a join misc_labmember o on o.id = a.to_labmember_id
             where a.from_labmember_id = u.id) as allowed_users,
           t.key, to_json(t.created) as token_made_at
      from misc_labmember u left join authtoken_token t on t.user_id = u.id where u.id = ${person}`)
  if (!row) return undefined
  const { key, token_made_at, ...account } = row
  return { ...account, token: key === null ? null : { shown: masked(key), made_at: token_made_at } }
}

/** What people may say of themselves. */
export interface OwnProfile {
  readonly first_name?: string | undefined
  readonly last_name?: string | undefined
  readonly email?: string | undefined
  /** Keys of the people who may act for this one. */
  readonly allowed_users?: readonly string[] | undefined
}

/** Writes what a person says of themselves. @throws Refused for what cannot be recorded */
export async function changeOwnProfile(
  recorder: Recorder,
  person: string,
  { allowed_users, ...values }: OwnProfile,
): Promise<void> {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  await recorder.change(LabMember, [
    { key: person, values: given, ...(allowed_users && { links: { allowed_users: [...new Set(allowed_users)] } }) },
  ])
}

/** Gives an account another password. Web sessions end with it, because each is signed with the hash it began with. */
export async function changeOwnPassword(recorder: Recorder, person: string, passwordHash: string): Promise<void> {
  await recorder.change(LabMember, [{ key: person, values: { password: passwordHash } }])
}

/** A new token in place of the old one, which is worth nothing from now on. */
export const renewOwnToken = (recorder: Recorder, username: string): Promise<string> =>
  issueToken(recorder.db, username, { renew: true })
