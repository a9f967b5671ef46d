import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { passwordProblem } from '../domains/labs/index.ts'
import { Refusal } from './explained.ts'

/**
 * A new password: from a file when one is named, else asked for twice at a terminal without showing it, else the first
 * line of standard input.
 *
 * @throws Refusal when there is none, the two differ, or it is too easy to guess
 */
export async function newPassword(username: string, file?: string): Promise<string> {
  const password = file !== undefined ? firstLine(await readFile(file, 'utf8')) : await asked(username)
  if (password === '') throw new Refusal('The password is empty.')
  const problem = passwordProblem(password, username)
  if (problem !== undefined) throw new Refusal(problem)
  return password
}

async function asked(username: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(await text(process.stdin))
  const password = await askHidden(`Password for ${username}: `)
  if (password !== (await askHidden('The same again: '))) throw new Refusal('The two are not the same.')
  return password
}

const firstLine = (content: string): string => content.split(/\r?\n/, 1)[0] ?? ''

/** Asks at the terminal; what is typed is not shown. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // The terminal is ours while we ask, so Ctrl-C comes as a key and not as a signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
