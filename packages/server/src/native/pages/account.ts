import { makePassword, verifyPassword } from '../../auth/passwords.ts'
import {
  changeOwnPassword,
  changeOwnProfile,
  countVisit,
  findAccountById,
  markMessages,
  messagesTo,
  mostUsedPages,
  ownAccount,
  passwordProblem,
  renewOwnToken,
} from '../../domains/labs/index.ts'
import { record } from '../../recording/index.ts'
import { invalid, type Recorder } from '../../records/index.ts'
import type { NativeCall, NativeServices } from '../gate.ts'
import { list, optional, otherwise, text, truth, uuid, whole } from '../kinds.ts'
import { acting, type Page, reading, recording } from '../page.ts'
import { problems } from '../problem.ts'

/** Passwords that a request may hold: longer ones cost a processor. */
const LONGEST_PASSWORD = 1000

/**
 * Records what concerns credentials. Not by `Idempotency-Key`: an answer that holds a token is told once, and nothing that
 * is made from a password is kept.
 */
const recorded = <T>(
  call: NativeCall,
  { recording: settings }: NativeServices,
  work: (recorder: Recorder) => Promise<T>,
) =>
  record(
    call.database,
    {
      actor: { id: call.account.id, username: call.account.username },
      source: 'native',
      settings,
      moment: call.moment,
      request: String(call.request.id),
    },
    work,
  )

async function changePassword(
  call: NativeCall,
  services: NativeServices,
  { old_password, new_password }: { readonly old_password: string; readonly new_password: string },
) {
  const { database, account, request, reply } = call
  const { throttles, sessions } = services
  // Before the password is looked at: comparing costs a processor a third of a second.
  const wait = throttles.signInWait(request.ip)
  if (wait !== undefined) throw problems.throttled(wait)
  const found = await findAccountById(database, account.id)
  if (!found) throw problems.notSignedIn()
  if ((await verifyPassword(old_password, found.passwordHash)).outcome !== 'match') {
    const late = throttles.failedSignIn(request.ip)
    if (late !== undefined) throw problems.throttled(late)
    throw invalid({ old_password: ['This is not your password.'] })
  }
  const problem = passwordProblem(new_password, account.username)
  if (problem !== undefined) throw invalid({ new_password: [problem] })
  if (new_password === old_password) throw invalid({ new_password: ['This is the password that you have.'] })
  // A web session wins over a token, as everywhere. Asked before it ends with the old hash.
  const inBrowser = await sessions.accountOf(database, request)
  const passwordHash = await makePassword(new_password)
  await recorded(call, services, (recorder) => changeOwnPassword(recorder, account.id, passwordHash))
  if (inBrowser) await sessions.begin(database, request, reply, { ...found, passwordHash })
  return { changed: true, other_sessions: 'ended' }
}

async function account({ database, account: { id } }: NativeCall) {
  const own = await ownAccount(database, id)
  if (!own) throw problems.notSignedIn()
  return own
}

const PAGE_PATH = /^\/[\w./-]{0,199}$/

export const accountPages: readonly Page[] = [
  {
    url: '/account',
    tag: 'account',
    operations: {
      GET: reading({
        summary: 'Your own account.',
        description: 'The token is never shown: renew it to have one.',
        answer: 'Names, e-mail, allowed users, last sign-in, the end of the token.',
        run: ({ call }) => account(call),
      }),
      PATCH: recording({
        summary: 'Change what you say of yourself.',
        answer: '`account` as it is now.',
        body: {
          first_name: optional(text('Given name.', { most: 150 })),
          last_name: optional(text('Family name.', { most: 150 })),
          email: optional(text('Address for notifications; empty for none.', { most: 254 })),
          allowed_users: optional(
            list('Keys of people who may act for you.', uuid('Key of a person.'), { most: 1000 }),
          ),
        },
        async run({ call, recorder, body }) {
          const { email } = body
          if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
            throw invalid({ email: ['This is no e-mail address.'] })
          await changeOwnProfile(recorder, call.account.id, body)
          return { account: await ownAccount(recorder.db, call.account.id) }
        },
      }),
    },
  },
  {
    url: '/account/password',
    tag: 'account',
    operations: {
      POST: acting({
        summary: 'Change your password.',
        description: 'Your other web sessions end. Your token stays.',
        answer: '`changed`',
        body: {
          old_password: text('The password that you have.', { least: 1, most: LONGEST_PASSWORD }),
          new_password: text('Eight characters or more.', { least: 1, most: LONGEST_PASSWORD }),
        },
        run: ({ call, services, body }) => changePassword(call, services, body),
      }),
    },
  },
  {
    url: '/account/token',
    tag: 'account',
    operations: {
      POST: acting({
        summary: 'Make a new token, in place of the one that you have.',
        description: 'Programs that use the old one are locked out at once. The new one is shown this once.',
        answer: '`token`',
        // A request that was sent by mistake must not lock out all rigs of a person.
        body: { replace: truth('True: you know that programs with the old one are locked out.') },
        async run({ call, services, body: { replace } }) {
          if (!replace) throw invalid({ replace: ['Say true to replace the token that you have.'] })
          return {
            token: await recorded(call, services, (recorder) => renewOwnToken(recorder, call.account.username)),
          }
        },
      }),
    },
  },
  {
    url: '/account/messages',
    tag: 'account',
    operations: {
      GET: reading({
        summary: 'Messages of the laboratory to you, the newest first.',
        answer: '`unread`, how many; `results`.',
        query: {
          unread: otherwise(truth('Only those that you have not read.'), false),
          limit: otherwise(whole('Messages of a page.', { least: 1, most: 200 }), 50),
          offset: otherwise(whole('Messages to skip.', { least: 0, most: 1_000_000 }), 0),
        },
        run: ({ call: { database, account: person }, query: { unread, limit, offset } }) =>
          messagesTo(database, person.id, { unreadOnly: unread, limit, offset }),
      }),
    },
  },
  {
    url: '/account/messages/read',
    tag: 'account',
    operations: {
      POST: acting({
        summary: 'Mark messages as read, or as unread.',
        answer: '`marked`, how many are so now and were not before.',
        body: {
          ids: optional(list('Keys of messages; all when absent.', uuid('Key of a message.'), { most: 1000 })),
          read: otherwise(truth('False marks them as unread.'), true),
        },
        run: async ({ call: { database, account: person }, body: { ids, read } }) => ({
          marked: await markMessages(database, person.id, read, ids),
        }),
      }),
    },
  },
  {
    url: '/account/pages',
    tag: 'account',
    operations: {
      GET: reading({
        summary: 'The pages that you use most lately, for your menu.',
        answer: '`results`: page and score; a visit counts one, and half after thirty days.',
        query: { limit: otherwise(whole('Pages at most.', { least: 1, most: 50 }), 8) },
        run: async ({ call: { database, account: person }, query: { limit } }) => ({
          results: await mostUsedPages(database, person.id, limit),
        }),
      }),
      POST: acting({
        summary: 'Count a visit of a page.',
        answer: 'Nothing (204).',
        body: { page: text('Path of the page, without its question.', { least: 1, most: 200 }) },
        async run({ call: { database, account: person }, body: { page } }) {
          if (!PAGE_PATH.test(page)) throw invalid({ page: ['Expected a path such as /admin/subjects/subject/.'] })
          await countVisit(database, person.id, page)
        },
      }),
    },
  },
]
