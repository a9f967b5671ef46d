import { randomUUID } from 'node:crypto'
import { LabMember } from '@alyx/models'
import { type Db, sql, UniqueViolation } from '../../database/index.ts'
import { type Account, findAccount, tokenOf } from './sign-in.ts'

/** An account cannot be made or changed as asked. The message says why, for the person who asked. */
class AccountRefused extends Error {
  override readonly name = 'AccountRefused'
}

/**
 * What an account may do: a member works in the laboratory, a stock manager acts on every animal too, a superuser does
 * everything, and a public one, shared with the outside, only reads and has no web application.
 */
export type Role = 'member' | 'stock manager' | 'superuser' | 'public'

export interface NewAccount {
  readonly username: string
  /** Django's form; '' for an account that nobody can log in to. */
  readonly passwordHash: string
  readonly role: Role
  readonly email?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** Name of the lab that the person joins today. */
  readonly lab?: string | undefined
}

/**
 * Makes an account, and its membership of a lab. To be called in a transaction when a lab is given.
 *
 * @returns its id
 * @throws AccountRefused when the name is taken or impossible, or the lab does not exist
 */
export async function createAccount(db: Db, account: NewAccount): Promise<string> {
  assertUsername(account.username)
  const id = randomUUID()
  const { role } = account
  try {
    await db.execute(sql`
      insert into misc_labmember (id, username, password, email, first_name, last_name, is_active, is_staff,
                                  is_superuser, is_stock_manager, is_public_user, date_joined)
      values (${id}, ${account.username}, ${account.passwordHash}, ${account.email ?? ''}, ${account.firstName ?? ''},
              ${account.lastName ?? ''}, true, ${role !== 'public'}, ${role === 'superuser'},
              ${role === 'stock manager'}, ${role === 'public'}, now())`)
  } catch (error) {
    if (error instanceof UniqueViolation) throw taken(account.username)
    throw error
  }
  if (account.lab !== undefined) await joinLab(db, id, account.lab)
  return id
}

async function joinLab(db: Db, user: string, lab: string): Promise<void> {
  const joined = await db.execute(sql`
    insert into misc_labmembership (id, name, user_id, lab_id, role, start_date)
    select ${randomUUID()}, '', ${user}, id, '', current_date from misc_lab where name = ${lab}`)
  if (joined > 0) return
  const labs = await db.objects<{ name: string }>(sql`select name from misc_lab order by name`)
  throw new AccountRefused(
    `There is no lab "${lab}". ${labs.length > 0 ? `Labs: ${labs.map(({ name }) => name).join(', ')}.` : 'There is no lab yet.'}`,
  )
}

/**
 * Sets the password of an account. Logins of the web application end with it; the token stays.
 *
 * @param passwordHash in Django's form
 * @throws AccountRefused when there is no such account
 */
export async function setPassword(db: Db, username: string, passwordHash: string): Promise<void> {
  const changed = await db.execute(
    sql`update misc_labmember set password = ${passwordHash} where username = ${username}`,
  )
  if (changed === 0) throw await unknownAccount(db, username)
}

/**
 * The token with which programs of this person call the REST interface, made when there is none.
 *
 * @param renew makes a new one; programs that use the old one are locked out. To be called in a transaction then.
 * @throws AccountRefused when there is no such account, or it is not active
 */
export async function issueToken(db: Db, username: string, { renew = false } = {}): Promise<string> {
  const account = await requireAccount(db, username)
  if (!account.isActive) throw new AccountRefused(`The account "${username}" is not active: its token would not work.`)
  if (renew) await db.execute(sql`delete from authtoken_token where user_id = ${account.id}`)
  return tokenOf(db, account.id)
}

/** @throws AccountRefused naming the nearest account when there is none of this name */
export async function requireAccount(db: Db, username: string): Promise<Account> {
  const account = await findAccount(db, username)
  if (!account) throw await unknownAccount(db, username)
  return account
}

/** How many people have an account. */
export async function countAccounts(db: Db): Promise<number> {
  const [row] = await db.rows(sql`select count(*) from misc_labmember`)
  return Number(row?.[0])
}

/** Whether a superuser could log in with a password. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  // Django marks passwords that never match with '!'.
  const found = await db.rows(
    sql`select from misc_labmember where is_superuser and is_active and password <> '' and password not like '!%' limit 1`,
  )
  return found.length > 0
}

/** Where those who administer the server get mail. */
export async function administratorAddresses(db: Db): Promise<{ name: string; address: string }[]> {
  return db.objects<{ name: string; address: string }>(
    sql`select username as name, email as address from misc_labmember
         where is_superuser and is_active and email like '%_@_%' order by username`,
  )
}

/** @throws AccountRefused when no account of this name can be made */
export async function assertNewUsername(db: Db, username: string): Promise<void> {
  assertUsername(username)
  if (await findAccount(db, username)) throw taken(username)
}

const taken = (username: string) => new AccountRefused(`There is an account "${username}" already.`)

function assertUsername(username: string): void {
  const { maxLength, pattern } = LabMember.fields.username
  if (
    username.length > (maxLength ?? Number.POSITIVE_INFINITY) ||
    !new RegExp(`^(?:${pattern})$`, 'u').test(username)
  ) {
    throw new AccountRefused(
      `"${username}" cannot be the name of an account: use letters, digits and @ . + - _, ${maxLength} characters at most.`,
    )
  }
}

async function unknownAccount(db: Db, username: string): Promise<AccountRefused> {
  const [like] = await db.objects<{ username: string }>(
    sql`select username from misc_labmember where lower(username) = lower(${username})`,
  )
  return new AccountRefused(`There is no account "${username}".${like ? ` Did you mean "${like.username}"?` : ''}`)
}

const SHORTEST_PASSWORD = 8

/** Why a password is too easy to guess, or undefined when it is not. */
export function passwordProblem(password: string, username: string): string | undefined {
  if ([...password].length < SHORTEST_PASSWORD)
    return `The password is too short: ${SHORTEST_PASSWORD} characters or more.`
  if (/^\d+$/.test(password)) return 'The password is only digits: add other characters.'
  const [one, other] = [password.toLowerCase(), username.toLowerCase()]
  if (one.includes(other) && one.length < other.length + SHORTEST_PASSWORD / 2) {
    return 'The password is too much like the name of the account.'
  }
  return undefined
}
