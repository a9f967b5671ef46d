import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isRecord, transportTo } from './transport.ts'

const OWNER_ONLY = 0o600
const OWNER_ONLY_FOLDER = 0o700
const OTHERS = 0o077

/** Why there is no token, in words for the person who can get one. */
class NoToken extends Error {
  override readonly name = 'NoToken'
}

/**
 * @throws NoToken when the file is missing, empty, or can be read by others
 */
export function readToken(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new NoToken(
      code === 'ENOENT'
        ? `There is no token in ${file}. "alyx-worker login" asks for your password and puts one there.`
        : `The token in ${file} cannot be read: ${(error as Error).message}.`,
    )
  }
  if (process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0)
    throw new NoToken(`Others on this machine can read the token in ${file}. Make it yours alone: chmod 600 ${file}`)
  const token = text.trim()
  if (!/^[\x21-\x7e]+$/.test(token)) throw new NoToken(`${file} holds no token: it should be one word.`)
  return token
}

/** Keeps a token where only its owner can read it. */
export function writeToken(file: string, token: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER })
  writeFileSync(file, `${token}\n`, { mode: OWNER_ONLY })
  // The mode above is not heeded for a file that was there.
  chmodSync(file, OWNER_ONLY)
}

/**
 * The token of an account, as `POST /auth-token` gives it.
 *
 * @throws CallRefused when name and password do not go together, ServerAway
 */
export async function tokenOf(address: string, username: string, password: string): Promise<string> {
  const nobody = transportTo(address, () => undefined)
  const answer = await nobody.call('POST', '/auth-token', { body: { username, password } })
  if (!isRecord(answer) || typeof answer.token !== 'string')
    throw new NoToken(`${address} answered without a token: is it Alyx?`)
  return answer.token
}
