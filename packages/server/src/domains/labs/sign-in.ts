import { randomBytes } from 'node:crypto'
import { type Db, sql } from '../../database/index.ts'

/** Somebody who may call: what rights depend on. */
export interface Account {
  readonly id: string
  readonly username: string
  readonly isActive: boolean
  readonly isPublic: boolean
  readonly isStaff: boolean
  readonly isSuperuser: boolean
  /** Looks after the colony: may hand animals from one person to another. */
  readonly isStockManager: boolean
  /** In a group of animal carers: any group with husbandry in its name, as in Alyx. */
  readonly isHusbandry: boolean
}

interface AccountRow {
  id: string
  username: string
  is_active: boolean
  is_public_user: boolean
  is_staff: boolean
  is_superuser: boolean
  is_stock_manager: boolean
  is_husbandry: boolean
}

const ACCOUNT_COLUMNS = sql`u.id, u.username, u.is_active, u.is_public_user, u.is_staff, u.is_superuser, u.is_stock_manager,
  exists (select from misc_labmember_groups m join auth_group g on g.id = m.group_id
           where m.labmember_id = u.id and g.name ilike '%husbandry%') as is_husbandry`

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  username: row.username,
  isActive: row.is_active,
  isPublic: row.is_public_user,
  isStaff: row.is_staff,
  isSuperuser: row.is_superuser,
  isStockManager: row.is_stock_manager,
  isHusbandry: row.is_husbandry,
})

/** Whose token this is; inactive people included, so that the answer can say so. */
export async function findTokenOwner(db: Db, key: string): Promise<Account | undefined> {
  const [row] = await db.objects<AccountRow>(
    sql`select ${ACCOUNT_COLUMNS} from authtoken_token t join misc_labmember u on u.id = t.user_id where t.key = ${key}`,
  )
  return row && accountOf(row)
}

/** The account of this name with the hash of its password. */
export async function findAccount(
  db: Db,
  username: string,
): Promise<(Account & { readonly passwordHash: string }) | undefined> {
  const [row] = await db.objects<AccountRow & { password: string }>(
    sql`select ${ACCOUNT_COLUMNS}, u.password from misc_labmember u where u.username = ${username}`,
  )
  return row && { ...accountOf(row), passwordHash: row.password }
}

/** The account with this id, and the hash of its password: a web session ends when the password changes. */
export async function findAccountById(
  db: Db,
  id: string,
): Promise<(Account & { readonly passwordHash: string }) | undefined> {
  const [row] = await db.objects<AccountRow & { password: string }>(
    sql`select ${ACCOUNT_COLUMNS}, u.password from misc_labmember u where u.id = ${id}`,
  )
  return row && { ...accountOf(row), passwordHash: row.password }
}

const TOKEN_BYTES = 20

/** The person's token, made when there is none. Two calls at once give the same one. */
export async function tokenOf(db: Db, accountId: string): Promise<string> {
  const found = () => db.objects<{ key: string }>(sql`select key from authtoken_token where user_id = ${accountId}`)
  const [known] = await found()
  if (known) return known.key
  const key = randomBytes(TOKEN_BYTES).toString('hex')
  await db.execute(
    sql`insert into authtoken_token (key, user_id, created) values (${key}, ${accountId}, now()) on conflict do nothing`,
  )
  const [made] = await found()
  return made!.key
}

/** Stores a better hash of a password that has just been verified, unless it was changed in between. */
export async function renewPasswordHash(db: Db, accountId: string, from: string, to: string): Promise<void> {
  await db.execute(sql`update misc_labmember set password = ${to} where id = ${accountId} and password = ${from}`)
}

export async function rememberLogin(db: Db, accountId: string): Promise<void> {
  await db.execute(sql`update misc_labmember set last_login = now() where id = ${accountId}`)
}
