import type { ExitCodes } from '../configuration/exit-codes.ts'
import type { Finish } from '../server/calls.ts'
import type { Exit } from './folder.ts'
import { type Note, sentence } from './note.ts'

const LONGEST_MESSAGE = 1000
const LONGEST_TYPE = 100

/**
 * What is reported of a command that ended.
 *
 * @param note what it told of itself
 * @param lastLine of its output, which usually says why it failed
 */
export function outcomeOf(exit: Exit, codes: ExitCodes, note: Note, lastLine: string): Finish {
  const about = { elapsed_seconds: exit.elapsedSeconds, ...(note.version !== undefined && { version: note.version }) }
  const failed = (type: string, message: string, transient: boolean): Finish => ({
    ...about,
    outcome: 'failed',
    error_type: sentence(note.error_type ?? type, LONGEST_TYPE),
    error_message: sentence(note.error ?? message, LONGEST_MESSAGE),
    transient: note.transient ?? transient,
  })
  if (exit.trouble) return failed(exit.trouble.type, exit.trouble.message, exit.trouble.transient)
  if (exit.stopped === 'cancelled') return { ...about, outcome: 'cancelled' }
  if (exit.stopped === 'released' || exit.stopped === 'superseded') return { ...about, outcome: 'released' }
  if (exit.stopped === 'time limit')
    return {
      ...failed('TimeLimit', `Stopped after ${Math.round(exit.elapsedSeconds)} s, its limit.`, false),
      error_type: 'TimeLimit',
    }
  if (exit.code === null) {
    // Nobody of us sent it: the system does so when memory has run out.
    const outOfMemory = exit.signal === 'SIGKILL'
    const why = outOfMemory ? ' Perhaps memory ran out.' : ''
    return failed(`Killed by ${exit.signal}`, `The command was killed by ${exit.signal}.${why}`, outOfMemory)
  }
  const detail = detailOf(exit.code, codes)
  if (detail !== undefined) return { ...about, outcome: 'succeeded', detail: note.outcome ?? detail }
  const { type, message } = reasonIn(lastLine, exit.code)
  return failed(type, message, codes.transient.includes(exit.code))
}

function detailOf(code: number, codes: ExitCodes): Finish['detail'] {
  if (codes.complete.includes(code)) return 'Complete'
  if (codes.incomplete.includes(code)) return 'Incomplete'
  return codes.empty.includes(code) ? 'Empty' : undefined
}

/** Python, JavaScript, Java and MATLAB end with `SomeError: what happened`, or with any name after that of its module. */
const NAMED_ERROR =
  /^(?:(?:[A-Za-z_]\w*\.)+([A-Z]\w*)|([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)))(?:: ?(.*))?$/

function reasonIn(lastLine: string, code: number): { type: string; message: string } {
  const [, withModule, alone, message] = NAMED_ERROR.exec(lastLine) ?? []
  const type = withModule ?? alone
  if (type !== undefined) return { type, message: message || type }
  const ended = `The command ended with exit code ${code}`
  return { type: `Exit code ${code}`, message: lastLine === '' ? `${ended}.` : `${ended}: ${lastLine}` }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours consist of
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g

/** The last line of some text that says anything, without colours. */
export function lastLineOf(text: string): string {
  const lines = text.replace(COLOURS, '').split(/[\r\n]+/)
  return lines.map((line) => line.trim()).findLast((line) => line !== '' && !line.startsWith('::alyx ')) ?? ''
}
