/** What can be put into the words of a command, and what it stands for. */
export const PLACEHOLDERS = {
  task: 'key of the task',
  task_name: 'its name',
  executable: 'its executable',
  graph: 'the pipeline it belongs to',
  priority: 'its priority',
  attempt: 'key of this attempt',
  attempt_number: '1 for the first attempt, and so on',
  session: 'key of the session',
  lab: 'name of its lab',
  subject: 'nickname of its subject',
  date: 'its date, YYYY-MM-DD',
  number: 'its number',
  number3: 'its number with three digits, as in ALF paths',
  repository: 'name of the data repository',
  version: 'version that the task was made for',
  arguments: "path of a file with the task's arguments as JSON",
  task_file: 'path of a file with the whole task as JSON',
  here: 'the folder of the configuration, beside which scripts may lie',
  work_folder: 'an empty folder, removed after the attempt',
  cpu: 'cores to use',
  ram_gb: 'memory to use, in GB',
  gpus: 'indices of the GPUs to use, with commas',
  url: 'address of the server',
} as const

export type Placeholder = keyof typeof PLACEHOLDERS

/** What stands for them in one attempt; undefined for what the task does not have. */
export type Values = Readonly<Record<Placeholder, string | undefined>> & {
  /** Each argument of the task. */
  readonly given: Readonly<Record<string, unknown>>
}

/** `{{`, `}}`, `{name}` or `{arguments.name}`. */
const PARTS = /\{\{|\}\}|\{([^{}]*)\}/g

/** @returns what is wrong with the placeholders of a text; nothing when all are known */
export function problemsOfText(text: string): string[] {
  return [...text.matchAll(PARTS)].flatMap(([, name]) => {
    if (name === undefined || name in PLACEHOLDERS || /^arguments\..+/.test(name)) return []
    return [`{${name}} is no placeholder. There are ${Object.keys(PLACEHOLDERS).join(', ')} and arguments.NAME.`]
  })
}

/** A task does not have what the configuration needs of it. */
export class CannotFill extends Error {
  override readonly name = 'CannotFill'
}

/**
 * The text with its placeholders filled.
 *
 * @throws CannotFill when the task has no such thing
 */
export function filled(text: string, values: Values): string {
  return text.replace(PARTS, (whole, name: string | undefined) => {
    if (name === undefined) return whole[0]!
    const value = name.startsWith('arguments.')
      ? argumentOf(name.slice('arguments.'.length), values.given)
      : values[name as Placeholder]
    if (value === undefined) throw new CannotFill(`"${text}" needs {${name}}, and the task has none.`)
    return value
  })
}

/**
 * Like `filled`, for the path of a folder: what is put in is one name in the path, and cannot lead elsewhere.
 *
 * @throws CannotFill
 */
export function filledPath(text: string, values: Values): string {
  return text.replace(PARTS, (whole, name: string | undefined) => {
    const value = filled(whole, values)
    const isPath = name === undefined || name === 'work_folder' || name === 'here'
    if (!isPath && (/[/\\\0]/.test(value) || value === '.' || value === '..' || value === ''))
      throw new CannotFill(`{${name}} is ${JSON.stringify(value)}, which cannot be the name of a folder.`)
    return value
  })
}

function argumentOf(name: string, given: Readonly<Record<string, unknown>>): string | undefined {
  const value = Object.hasOwn(given, name) ? given[name] : undefined
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
