import { CommanderError } from 'commander'
import { explained } from './command/explained.ts'
import { program } from './command/program.ts'

/** How a command ended, as shells read it. */
const DONE = 0
const FAILED = 1
const MISUSED = 2

/**
 * Runs one command line of `alyx`.
 *
 * @param words without the names of Node and of the script
 * @returns the exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  // Whoever reads our output has had enough, as in `alyx dump-data | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? DONE : FAILED))
  try {
    await program().parseAsync([...words], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : DONE
  } catch (error) {
    // The parser has written its help or its complaint already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSED
    process.stderr.write(`${explained(error)}\n`)
    return FAILED
  }
}
