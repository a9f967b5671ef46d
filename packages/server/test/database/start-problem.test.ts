import { createServer } from 'node:net'
import { expect, inject, test } from 'vitest'
import { explainStartProblem, openDatabase } from '../../src/database/index.ts'
import { explainedFor } from '../../src/database/start-problem.ts'
import { databaseUrl } from '../postgres/scratch-database.ts'

async function problemOf(url: string, timeZone = 'UTC'): Promise<string> {
  return openDatabase({ url, timeZone, maxConnections: 1 }).then(
    async (database) => {
      await database.close()
      return 'none'
    },
    (error) => explainStartProblem(error),
  )
}

test('a database that does not exist is named, with the command that makes it', async () => {
  const problem = await problemOf(databaseUrl('alyx_nowhere'))

  expect(problem).toContain('There is no database "alyx_nowhere"')
  expect(problem).toMatch(/createdb -h \S+ -p \d+ -U \S+ alyx_nowhere$/)
})

test('a port where nothing listens', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))

  expect(await problemOf(`postgres://lab:secret@127.0.0.1:${port}/alyx`)).toMatch(
    `Nothing answers at 127.0.0.1:${port}: start PostgreSQL there`,
  )
})

test('a socket that is not there', async () => {
  expect(await problemOf('postgres://lab@/alyx?host=/nonexistent')).toContain('Nothing answers at /nonexistent')
})

test('an address that cannot be read, whose password stays unsaid', async () => {
  const problem = await problemOf('postgres://lab:secret@:port/alyx')

  expect(problem).toContain('DATABASE_URL cannot be read')
  expect(problem).not.toContain('secret')
})

test('a time zone that PostgreSQL does not know', async () => {
  expect(await problemOf(inject('databaseAdminUrl'), 'Mars/Olympus Mons')).toContain('time zone "Mars/Olympus Mons"')
})

test.each([
  { error: { code: '28P01', message: 'password authentication failed' }, says: 'refuses the password of user "lab"' },
  {
    error: { code: '28000', message: 'no pg_hba.conf entry' },
    says: 'does not let user "lab" in: no pg_hba.conf entry',
  },
  { error: { message: 'SASL: client password must be a string' }, says: 'asks for the password of user "lab"' },
  { error: { code: 'ENOTFOUND', message: 'getaddrinfo' }, says: 'The host "db.lab" of DATABASE_URL is not known' },
  { error: { code: 'ETIMEDOUT', message: '' }, says: 'cannot be reached in time' },
  { error: { message: 'timeout exceeded when trying to connect' }, says: 'cannot be reached in time' },
  { error: { message: 'The server does not support SSL connections' }, says: 'does not offer TLS' },
  { error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed' }, says: 'is not trusted (self-signed)' },
  { error: { code: '53300', message: 'too many clients' }, says: 'has no free connection' },
  { error: { code: '57P03', message: 'starting up' }, says: 'is not ready yet (starting up)' },
  { error: { message: 'odd: postgres://lab:secret@db.lab' }, says: 'cannot be used: odd: postgres://lab:***@db.lab' },
])('$says', ({ error: { message, ...code }, says }) => {
  const options = { url: 'postgres://lab:secret@db.lab:5433/alyx', timeZone: 'UTC', maxConnections: 1 }

  const sentence = explainedFor.any(options, Object.assign(new Error(message), code))

  expect(sentence).toContain(says)
  expect(sentence).not.toContain('secret')
})

test('a PostgreSQL that is too old', () => {
  expect(explainedFor.tooOld('postgres://lab:secret@db.lab/alyx', 140_011)).toBe(
    'PostgreSQL 14 at db.lab:5432 is too old: Alyx needs PostgreSQL 15 or later.',
  )
})
