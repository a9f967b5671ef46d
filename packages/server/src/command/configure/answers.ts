import { readFileSync } from 'node:fs'
import { type Document, parseDocument, type Scalar } from 'yaml'
import { declared } from '../../config/declared.ts'
import { nearestName } from '../../config/nearest-name.ts'
import { Refusal } from '../explained.ts'
import { type Answers, answersFile, type Question, type QuestionName, questionNames, questions } from './questions.ts'

const asQuestion = (name: QuestionName) => questions[name] as unknown as Question<unknown>

/**
 * What was answered before, in the file of answers.
 *
 * @returns only what the file says; empty when there is none
 * @throws Refusal naming everything in it that cannot be used
 */
export function readAnswers(folder: string, base: string): Partial<Answers> {
  const file = answersFile(folder)
  const document = parseDocument(textOf(file))
  const mistakes = document.errors.map(({ message }) => message.split('\n')[0]!)
  const written = mistakes.length > 0 ? {} : ((document.toJS() ?? {}) as Record<string, unknown>)
  const answers: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(written)) {
    if (name === 'settings') answers.settings = readServerSettings(value, mistakes)
    else if (name in questions) {
      const read = readAnswer(name as QuestionName, plainText(value), base)
      if (read === undefined) mistakes.push(sentence(name as QuestionName, plainText(value)))
      else answers[name] = read
    } else {
      const near = nearestName(name, questionNames)
      mistakes.push(`Nothing is called ${name}.${near ? ` Did you mean ${near}?` : ''}`)
    }
  }
  if (mistakes.length > 0)
    throw new Refusal(`${file} cannot be used:\n${mistakes.map((one) => `  - ${one}`).join('\n')}`)
  return answers as Partial<Answers>
}

/** @returns undefined when the text is no answer */
export const readAnswer = (name: QuestionName, text: string, base: string): unknown =>
  asQuestion(name).kind.read(text, { workingFolder: base })

export const sentence = (name: QuestionName, text: string): string =>
  `${name} is ${JSON.stringify(text)}, and must be ${asQuestion(name).kind.expected}.`

/** Answers for everything: those that were given, and defaults for the rest, each knowing those before it. */
export function completed(given: Partial<Answers>, base: string): Answers {
  const answers: Record<string, unknown> = {}
  for (const name of questionNames) answers[name] = given[name] ?? asQuestion(name).fallback({ base, answers })
  return { ...answers, settings: given.settings ?? {} } as Answers
}

/**
 * The file of answers, with what each is about. What was there stays as it is, comments included.
 *
 * @param before  the text of the file; '' for a new one
 */
export function answersText(answers: Answers, before: string): string {
  const document = parseDocument(before)
  if (document.contents === null) {
    document.contents = document.createNode({}) as never
    document.commentBefore = INTRODUCTION
  }
  for (const name of questionNames) {
    if (!document.has(name)) addExplained(document, name, answers[name], asQuestion(name).help)
    else if (JSON.stringify(document.toJS()[name]) !== JSON.stringify(answers[name]))
      document.set(name, document.createNode(answers[name], { flow: true }))
  }
  if (!document.has('settings')) addExplained(document, 'settings', answers.settings, ABOUT_SETTINGS)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

const INTRODUCTION =
  ' What this installation of Alyx decided. Change it here, then run "alyx configure" again.\n No secrets: they lie in the folder "secrets" beside this file.'
const ABOUT_SETTINGS = 'Settings of the server that nothing above is about, as docs/settings.md names them.'

function addExplained(document: Document, name: string, value: unknown, help: string): void {
  const pair = document.createPair(name, value, { flow: Array.isArray(value) })
  const key = pair.key as unknown as Scalar
  key.commentBefore = wrapped(help)
  key.spaceBefore = (document.contents as unknown as { items: unknown[] }).items.length > 0
  document.add(pair)
}

const WIDTH = 98

function wrapped(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length >= WIDTH) lines.push('')
    lines[lines.length - 1] += ` ${word}`
  }
  return lines.join('\n')
}

const plainText = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value ?? ''))

/** Variables that the answers above decide: a second place for them would be a second truth. */
const DECIDED =
  /^(?:ALYX_(?:HOST|PORT|PUBLIC_URL|SERVER_NAME|ALLOWED_HOSTS|HTTP_MODE|TIME_ZONE|TRUSTED_PROXIES|MAX_UPLOAD_MB|STATIC_ROOT|DATA_FOLDER|MEDIA_ACCESS|ACCEL_PATH|DEFAULT_LAB_NAME)|TZ)$/

function readServerSettings(value: unknown, mistakes: string[]): Record<string, string> {
  const settings = Object.fromEntries(
    Object.entries((value ?? {}) as Record<string, unknown>).map(([name, one]) => [name, plainText(one)]),
  )
  const known = Object.values(declared).flatMap(({ names, ...rest }) =>
    'secret' in rest ? names.flatMap((name) => [name, `${name}_FILE`]) : [...names],
  )
  for (const [name, text] of Object.entries(settings)) {
    if (!(known as string[]).includes(name)) {
      const near = nearestName(name, known)
      mistakes.push(`There is no setting ${name}.${near ? ` Did you mean ${near}?` : ''}`)
    } else if (DECIDED.test(name)) mistakes.push(`${name} follows from what stands above the settings: change that.`)
    else if (/['\n\r]/.test(text)) mistakes.push(`${name} may have neither single quotes nor more than one line.`)
  }
  return settings
}

/** '' when there is no file yet. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
