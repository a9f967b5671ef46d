import { type Db, sql } from '../../database/index.ts'

/** What a person's own page shows about the account: names, groups, labs of today, whose animals they may act on. */
export interface Profile {
  readonly first_name: string
  readonly last_name: string
  readonly email: string
  readonly groups: readonly string[]
  readonly labs: readonly { readonly id: string; readonly title: string; readonly role: string }[]
  /** People who list this person among their allowed users. */
  readonly acts_for: readonly { readonly id: string; readonly title: string }[]
}

/** The person's profile, in one statement; undefined when the account is gone. */
export async function profileOf(db: Db, account: string): Promise<Profile | undefined> {
  const [row] = await db.objects<Profile>(sql`
    select u.first_name, u.last_name, u.email,
      (select coalesce(json_agg(g.name order by g.name), '[]')
         from misc_labmember_groups m join auth_group g on g.id = m.group_id where m.labmember_id = u.id) as groups,
      (select coalesce(json_agg(json_build_object('id', l.id, 'title', l.name, 'role', m.role) order by l.name), '[]')
         from misc_labmembership m join misc_lab l on l.id = m.lab_id
        where m.user_id = u.id and m.start_date <= current_date
          and (m.end_date is null or m.end_date >= current_date)) as labs,
      (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.username) order by o.username), '[]')
         from misc_labmember_allowed_users a join misc_labmember o on o.id = a.from_labmember_id
        where a.to_labmember_id = u.id) as acts_for
    from misc_labmember u where u.id = ${account}`)
  return row
}
