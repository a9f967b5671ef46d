import { profileOf } from '../domains/labs/index.ts'
import { rolesOf } from '../rights/index.ts'
import { type NativeHandler, type NativeServices, sendJson } from './gate.ts'
import { problems } from './problem.ts'

/** Who is calling: the account, its roles, labs and groups, whose animals it may act on, the server's day, and where data of sessions can be seen. */
export const me =
  ({ timeZone, sessionAddress }: NativeServices): NativeHandler =>
  async ({ database, account, moment, reply }) => {
    const profile = await profileOf(database, account.id)
    // The account may have been removed since the request was let in.
    if (!profile) throw problems.notSignedIn()
    return sendJson(
      reply.header('cache-control', 'private, no-store'),
      JSON.stringify({
        id: account.id,
        username: account.username,
        ...profile,
        is_staff: account.isStaff,
        is_superuser: account.isSuperuser,
        is_stock_manager: account.isStockManager,
        is_public_user: account.isPublic,
        roles: rolesOf(account),
        time_zone: timeZone,
        today: moment.today,
        session_address: sessionAddress,
      }),
    )
  }
