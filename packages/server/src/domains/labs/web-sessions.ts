import { type Db, sql } from '../../database/index.ts'

/** What a web session holds, as it lies in the database (signed text), while it is valid. */
export async function findWebSession(db: Db, key: string): Promise<string | undefined> {
  const [row] = await db.objects<{ session_data: string }>(
    sql`select session_data from django_session where session_key = ${key} and expire_date > now()`,
  )
  return row?.session_data
}

/** Keeps a web session for so many seconds; sessions that have ended are swept out on the way. */
export async function keepWebSession(db: Db, key: string, data: string, seconds: number): Promise<void> {
  await db.execute(sql`delete from django_session where expire_date < now()`)
  await db.execute(
    sql`insert into django_session (session_key, session_data, expire_date) values (${key}, ${data}, now() + make_interval(secs => ${seconds}))`,
  )
}

export async function endWebSession(db: Db, key: string): Promise<void> {
  await db.execute(sql`delete from django_session where session_key = ${key}`)
}
