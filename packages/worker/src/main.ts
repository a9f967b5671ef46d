import { CommanderError } from 'commander'
import { program } from './command/program.ts'

/** How a command ended, as shells read it. */
const DONE = 0
const FAILED = 1
const MISUSED = 2

/** Errors of our own are sentences for people; of others only the message is worth showing. */
const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Runs one command line of `alyx-worker`.
 *
 * @param words without the names of Node and of the script
 * @returns the exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  // Whoever reads our output has had enough, as in `alyx-worker check | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? DONE : FAILED))
  try {
    await program().parseAsync([...words], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : DONE
  } catch (error) {
    // The parser has written its help or its complaint already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED
    process.stderr.write(`${sentenceOf(error)}\n`)
    return FAILED
  }
}
