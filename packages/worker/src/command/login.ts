import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { configurationFile, placeOfToken, readConfiguration } from '../configuration/configuration.ts'
import { CallRefused } from '../server/failures.ts'
import { tokenOf, writeToken } from '../server/token.ts'
import { remark, say } from './say.ts'

/** Asks for name and password, and keeps the token that the server gives for them. @returns exit code */
export async function login({ config, username }: { config?: string; username?: string }): Promise<number> {
  const configuration = readConfiguration(config ?? configurationFile())
  const place = placeOfToken(configuration)
  if ('token' in place) {
    remark('ALYX_TOKEN is set, and would count instead of what is kept. Take it out of the environment first.')
    return 1
  }
  const { server } = configuration
  if (server.startsWith('http://') && !/^http:\/\/(?:localhost|127\.|\[::1\])/.test(server))
    remark(`${server} is not encrypted: your password can be read on its way there.`)
  const [name, password] = await ask(username)
  try {
    writeToken(place.file, await tokenOf(server, name, password))
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error
    remark(`${server} does not know ${name} with this password.`)
    return 1
  }
  say(`The token of ${name} is in ${place.file}, readable by you alone.`)
  return 0
}

/** From a terminal without showing the password, or as two lines of standard input; one when the name is known. */
async function ask(username: string | undefined): Promise<[string, string]> {
  const { stdin, stderr } = process
  let silent = false
  const shown = new Writable({
    write(chunk, encoding, done) {
      if (silent) done()
      else stderr.write(chunk, encoding, done)
    },
  })
  const terminal = stdin.isTTY === true
  const lines = createInterface({ input: stdin, output: shown, terminal })
  const answers = lines[Symbol.asyncIterator]()
  const next = async (question: string): Promise<string> => {
    if (terminal) stderr.write(question)
    const { value, done } = await answers.next()
    if (done) throw new Error('A name and a password were expected, and the input ended.')
    return value
  }
  try {
    const name = username ?? (await next('Name of your account: ')).trim()
    silent = true
    const password = await next('Password: ')
    if (terminal) stderr.write('\n')
    return [name, password]
  } finally {
    lines.close()
  }
}
