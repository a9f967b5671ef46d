/** What an administrator asks first: is the database of this version, how large is it, who is there. */
import { type Db, sql } from '../../database/index.ts'

export interface ServerStatus {
  readonly database: { readonly version: string; readonly size_bytes: number; readonly started_at: string }
  /** The latest applied migration, and how many there are. */
  readonly migrations: { readonly last: string | null; readonly count: number }
  readonly accounts: {
    readonly active: number
    readonly closed: number
    readonly superusers: number
    readonly stock_managers: number
    readonly public: number
    /** Active people who have not signed in to the web application for a year, or never. */
    readonly idle: number
  }
  readonly memberships: readonly {
    readonly lab: { readonly id: string; readonly title: string }
    readonly members: number
  }[]
  readonly web_sessions: number
  readonly last_change_at: string | null
}

/** One statement. */
export async function serverStatus(db: Db): Promise<ServerStatus> {
  const [status] = await db.objects<ServerStatus>(sql`
    select json_build_object('version', current_setting('server_version'),
             'size_bytes', pg_database_size(current_database()), 'started_at', pg_postmaster_start_time()) as database,
      (select json_build_object('last', max(to_char(number, 'FM0000') || '_' || name), 'count', count(*)) from alyx.migration) as migrations,
      (select json_build_object('active', count(*) filter (where is_active),
                'closed', count(*) filter (where not is_active),
                'superusers', count(*) filter (where is_active and is_superuser),
                'stock_managers', count(*) filter (where is_active and is_stock_manager),
                'public', count(*) filter (where is_active and is_public_user),
                'idle', count(*) filter (where is_active and (last_login is null or last_login < now() - interval '1 year')))
         from misc_labmember) as accounts,
      (select coalesce(json_agg(json_build_object('lab', json_build_object('id', l.id, 'title', l.name), 'members', (
                select count(distinct m.user_id) from misc_labmembership m
                 where m.lab_id = l.id and m.start_date <= current_date
                   and (m.end_date is null or m.end_date >= current_date))) order by l.name), '[]')
         from misc_lab l) as memberships,
      (select count(*)::int from django_session where expire_date > now()) as web_sessions,
      (select to_json(max(at)) from alyx.change) as last_change_at`)
  return status!
}
