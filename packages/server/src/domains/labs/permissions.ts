import { type Db, sql } from '../../database/index.ts'

/** The group whose permissions Alyx's own pages look at. */
const GROUP = 'Lab members'
/** Records of an animal that members may delete in Alyx's own pages. */
const DELETABLE = ['surgery', 'wateradministration', 'waterrestriction', 'weighing', 'subjectrequest']
/** What members may look at, and nothing else. */
const LOOKED_AT = ['group', 'permission', 'project', 'datasettype']

export interface PermissionsGiven {
  /** Permissions that the group has. */
  readonly permissions: number
  /** People who joined it. */
  readonly joined: number
}

/**
 * Gives active members of the laboratory the permissions that Alyx's own pages (Django) ask for: a group that may do
 * everything but delete, delete records of daily work, and not change groups, projects and dataset types. Nobody leaves
 * the group, no account is opened, and nobody becomes a superuser. Three statements.
 *
 * This server itself decides by its own rules (`rights/`).
 *
 * Source: Alyx 3.6.1, the command `set_user_permissions`, which also opened every account.
 */
export async function givePermissions(db: Db): Promise<PermissionsGiven> {
  await db.execute(sql`insert into auth_group (name) values (${GROUP}) on conflict (name) do nothing`)
  const [[permissions] = []] = await db.rows(sql`
    with wanted as (
      select p.id from auth_permission p join django_content_type t on t.id = p.content_type_id
      where (p.codename not like 'delete%' or t.model = any(${DELETABLE}::text[]))
        and not (t.model = any(${LOOKED_AT}::text[]) and (p.codename like 'add%' or p.codename like 'change%'))
    ), added as (
      insert into auth_group_permissions (group_id, permission_id)
      select g.id, w.id from auth_group g, wanted w where g.name = ${GROUP}
      on conflict (group_id, permission_id) do nothing
    )
    select count(*) from wanted`)
  const joined = await db.execute(sql`
    insert into misc_labmember_groups (labmember_id, group_id)
    select u.id, g.id from misc_labmember u, auth_group g
    where g.name = ${GROUP} and u.is_active and not u.is_public_user
    on conflict (labmember_id, group_id) do nothing`)
  return { permissions: Number(permissions), joined }
}
