import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atTheEnd } from '../running/endings.ts'
import { temporaryFolder } from '../running/places.ts'

const run = promisify(execFile)
const PROGRAMS = '/usr/lib/postgresql/15/bin'

/** A PostgreSQL as a laboratory keeps one: Debian's programs, an account with a password, on a port of its own. */
export interface LaboratorysPostgres {
  readonly url: string
  start(): Promise<void>
  stop(): Promise<void>
}

/** @returns undefined where there are no such programs */
export async function debiansPostgres(port: number): Promise<LaboratorysPostgres | undefined> {
  if (!existsSync(join(PROGRAMS, 'initdb'))) return undefined
  const folder = await temporaryFolder('postgres-15')
  const account = process.getuid?.() === 0 ? await accountOf('postgres') : undefined
  if (account) await chown(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const program = (name: string, ...words: string[]) =>
    run(join(PROGRAMS, name), words, { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, ...account })
  if (!account) await mkdir(data)
  await program('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale')
  const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories='' -c fsync=off`
  const start = async () => {
    await program('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start')
  }
  const stop = async () => {
    await program('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop')
  }
  await start()
  atTheEnd(() => stop().catch(() => undefined))
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, start, stop }
}

/** An account of this machine, as whom programs can be started by root. */
export async function accountOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}
