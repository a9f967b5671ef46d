import type { Progress } from '../server/calls.ts'

/** What a command tells about itself with a line such as `::alyx progress=0.4 message=Sorting shank 2`. */
export interface Note {
  /** 0 to 1 */
  readonly progress?: number
  readonly step?: string
  readonly message?: string
  /** Of the algorithm. */
  readonly version?: string
  /** How it is to be called when the command ends with an exit code that means success. */
  readonly outcome?: 'Complete' | 'Incomplete' | 'Empty'
  /** What failures are grouped by, and what people read. */
  readonly error_type?: string
  readonly error?: string
  /** Whether the failure may pass by itself. */
  readonly transient?: boolean
}

const OUTCOMES: Readonly<Record<string, Note['outcome']>> = {
  complete: 'Complete',
  incomplete: 'Incomplete',
  empty: 'Empty',
}
/** These take the rest of the line when they are not in quotes. */
const SENTENCES = new Set(['message', 'error'])
const LONGEST_TEXT = 250
/** `name=word` or `name="some words"`, and what follows. */
const PAIR = /^(\w+)=(?:("(?:[^"\\]|\\.)*")|(\S*))(?:\s+(.*))?$/s

/** Reads one line; undefined when it is not of this form, and belongs into the log like any other. */
export function readNote(line: string): Note | undefined {
  let rest = /^::alyx\s+(.*?)\s*$/s.exec(line)?.[1]
  if (rest === undefined || rest === '') return undefined
  let note: Note = {}
  while (rest !== '') {
    const parts: readonly (string | undefined)[] | null = PAIR.exec(rest)
    const [, name, quoted, bare, others] = parts ?? []
    if (name === undefined) return undefined
    const takesRest: boolean = SENTENCES.has(name) && quoted === undefined
    const value = quoted === undefined ? (takesRest ? rest.slice(name.length + 1) : bare!) : unquoted(quoted)
    const said = value === undefined ? undefined : meaningOf(name, value)
    if (said === undefined) return undefined
    note = { ...note, ...said }
    rest = takesRest ? '' : (others ?? '')
  }
  return note
}

function meaningOf(name: string, value: string): Note | undefined {
  switch (name) {
    case 'progress': {
      const share = /^\d+(?:\.\d+)?%$/.test(value) ? Number(value.slice(0, -1)) / 100 : Number(value)
      return value !== '' && share >= 0 && share <= 1 ? { progress: share } : undefined
    }
    case 'outcome': {
      const outcome = OUTCOMES[value.toLowerCase()]
      return outcome && { outcome }
    }
    case 'transient':
      return value === 'true' || value === 'false' ? { transient: value === 'true' } : undefined
    case 'step':
    case 'message':
    case 'version':
    case 'error_type':
    case 'error':
      return { [name]: sentence(value, LONGEST_TEXT) }
    default:
      return undefined
  }
}

function unquoted(text: string): string | undefined {
  try {
    return JSON.parse(text) as string
  } catch {
    return undefined
  }
}

/** Text that every database keeps: not too long, no half characters, no NUL. */
export const sentence = (text: string, most: number): string =>
  text.replaceAll('\0', '\u2400').slice(0, most).toWellFormed()

/** The part of it that people see while the command runs. */
export function progressIn({ progress, message, step }: Note): Progress {
  return {
    ...(progress !== undefined && { progress }),
    ...(message !== undefined && { message }),
    ...(step !== undefined && { step }),
  }
}
