import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { Refusal } from '../explained.ts'
import { remark, say } from '../say.ts'
import { adviceOn } from './advice.ts'
import { answersText, completed, readAnswers, textOf } from './answers.ts'
import { ask } from './ask.ts'
import { differences } from './differences.ts'
import { type Compared, compared, handOver, tooOpen, write } from './files.ts'
import { containerUid, installation, program } from './installation.ts'
import type { Place } from './places.ts'
import { type Answers, answersFile } from './questions.ts'
import { accountId, exposed, type Secrets, secretsOf } from './secrets.ts'
import { assertUsable, serverSettings } from './server-settings.ts'

export interface ConfigureFlags {
  readonly folder: string
  readonly input: boolean
  readonly ask?: true
  readonly check?: true
  readonly fix?: true
  readonly print?: string | true
}

interface Paths {
  readonly place: Place
  readonly folder: string
  readonly secrets: string
  readonly note: string
}

const PLAIN_PATH = /^\/[\w./@+-]+$/

/** @throws Refusal for answers that cannot be used, and for `--check` where something differs */
export async function configure(flags: ConfigureFlags): Promise<void> {
  const base = process.cwd()
  const folder = resolve(base, flags.folder)
  for (const path of [folder, program])
    if (!PLAIN_PATH.test(path))
      throw new Refusal(
        `${path} cannot stand in configurations as it is: use a folder of letters, digits and ./@+_- alone.`,
      )
  const place = { base, folder: relative(base, folder) }
  const paths: Paths = { place, folder, secrets: join(folder, 'secrets'), note: join(folder, '.written.json') }
  const given = readAnswers(folder, base)
  const looksOnly = flags.check || flags.print !== undefined
  const asks = flags.input && !looksOnly && process.stdin.isTTY === true
  const answers = completed(asks ? await ask(given, base, flags.ask === true) : given, base)
  assertUsable(serverSettings(answers, place), base)

  if (flags.print !== undefined) return print(answers, paths, flags.print)
  if (flags.check) return check(answers, paths)
  apply(answers, paths, flags.fix === true)
}

const secretsFor = (answers: Answers, { secrets }: Paths, keep: boolean): Secrets =>
  secretsOf(secrets, { keep, ownedBy: readerOf(answers) })

/** Only root can give files away; whoever else installs runs the server too, in a container under the same number. */
function readerOf({ install, user }: Answers): number | undefined {
  if (process.getuid?.() !== 0) return undefined
  return install === 'compose' ? containerUid() : accountId(user)
}

function apply(answers: Answers, paths: Paths, fix: boolean): void {
  const { place, folder } = paths
  mkdirSync(folder, { recursive: true })
  const secrets = secretsFor(answers, paths, true)
  writeFileSync(answersFile(folder), answersText(answers, textOf(answersFile(folder))))
  const found = compared(installation(answers, secrets, place), place.base, paths.note)
  const touched = found.filter(({ state }) => state !== 'same' && (state !== 'changed' || fix))
  const kept = write(touched, { base: place.base, note: paths.note })
  const reader = readerOf(answers)
  if (reader !== undefined)
    handOver(
      found.map(({ file }) => file),
      place.base,
      reader,
    )
  for (const { file, state } of touched) say(`${state === 'missing' ? 'wrote   ' : 'updated '} ${file.path}`)
  for (const path of kept) say(`kept     ${path}`)
  const changed = found.filter(({ state }) => state === 'changed' && !fix)
  for (const one of changed) sayChanged(one)
  if (touched.length + changed.length === 0) say('Everything is as it should be.')
  if (changed.length > 0)
    remark(
      `\n${changed.length} ${changed.length === 1 ? 'file was' : 'files were'} changed by somebody else and left alone: "alyx configure --check" shows how, "--fix" takes the changes back.`,
    )
  remark('')
  for (const line of adviceOn(answers, place)) remark(line)
}

const sayChanged = ({ file }: Compared): void => say(`CHANGED  ${file.path}: left as it is`)

function check(answers: Answers, paths: Paths): void {
  const { place, folder, secrets } = paths
  if (!existsSync(answersFile(folder)))
    throw new Refusal(`There is no ${answersFile(folder)} yet: run "alyx configure" first.`)
  const files = installation(answers, secretsFor(answers, paths, false), place)
  const wrong = compared(files, place.base, paths.note).filter(({ state }) => state !== 'same')
  for (const { file, state, there } of wrong) {
    say(`${file.path}: ${WORDS[state]}`)
    if (state === 'missing') continue
    // What the content of a secret should be is nobody's business on a screen.
    const secret = file.path.includes('secrets')
    for (const { line, only, text } of secret ? [] : differences(there, file.content))
      say(`  line ${String(line).padStart(3)} ${only === 'there' ? 'is      ' : 'should be'} ${text}`)
  }
  const open = [...exposed(secrets).map((file) => relative(place.base, file)), ...tooOpen(files, place.base)]
  for (const path of open) say(`${path}: may be read by others: chmod go= ${path}`)
  if (wrong.length + open.length > 0) {
    process.exitCode = 1
    remark('\n"alyx configure" writes what is missing or outdated; with --fix also what somebody else changed.')
  } else say('Everything is as it should be.')
}

const WORDS = {
  missing: 'is missing',
  outdated: 'is of an earlier version or of earlier answers',
  changed: 'was changed by somebody else',
  same: 'is as it should be',
} as const

function print(answers: Answers, paths: Paths, wanted: string | true): void {
  const files = installation(answers, secretsFor(answers, paths, false), paths.place).filter(
    ({ path }) => !path.includes('secrets/'),
  )
  if (wanted === true) {
    for (const { path, content } of files) say(`==> ${path}\n${content}`)
    return
  }
  const file = files.find(({ path }) => path === wanted || path === join(paths.place.folder, wanted))
  if (!file)
    throw new Refusal(`No file of this installation is called ${wanted}: ${files.map(({ path }) => path).join(', ')}.`)
  process.stdout.write(file.content)
}
