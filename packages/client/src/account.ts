/** The own account: what people say of themselves, their token, and what the laboratory tells them. */
import type { Reference } from './answers.ts'
import { queryOf } from './client.ts'
import type { Connection } from './connection.ts'

export interface OwnAccount {
  readonly id: string
  readonly username: string
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  readonly date_joined: string
  readonly last_login: string | null
  readonly has_password: boolean
  readonly allowed_users: readonly Reference[]
  /** Its last characters; never the token itself. */
  readonly token: { readonly shown: string; readonly made_at: string } | null
}

/** What people may say of themselves. */
export interface OwnProfile {
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  /** Keys of the people who may act for this one. */
  readonly allowed_users: readonly string[]
}

export interface LaboratoryMessage {
  readonly id: string
  readonly type: string
  readonly title: string
  readonly message: string
  readonly subject: Reference | null
  readonly at: string
  readonly read: boolean
}

export interface LaboratoryMessages {
  readonly unread: number
  /** The newest first. */
  readonly results: readonly LaboratoryMessage[]
}

export const ownAccount = (connection: Connection): Promise<OwnAccount> => connection.get('/account')

export const changeOwnProfile = async (connection: Connection, profile: OwnProfile): Promise<OwnAccount> =>
  (await connection.send<{ account: OwnAccount }>('/account', { method: 'PATCH', body: profile })).body.account

/** A new token in place of the old one, which is worth nothing from now on. It is told this once. */
export const replaceToken = async (connection: Connection): Promise<string> =>
  (await connection.send<{ token: string }>('/account/token', { method: 'POST', body: { replace: true } })).body.token

export const messagesToMe = (
  connection: Connection,
  question: { readonly unread?: 'true'; readonly limit?: string; readonly offset?: string } = {},
): Promise<LaboratoryMessages> => connection.get(`/account/messages${queryOf(question)}`)

/** Marks messages as read or unread; all of them when none are named. */
export const markMessages = async (
  connection: Connection,
  asked: { readonly ids?: readonly string[]; readonly read: boolean },
): Promise<void> => {
  await connection.send('/account/messages/read', { method: 'POST', body: asked })
}
