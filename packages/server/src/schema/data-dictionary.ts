import { type App, columnName, type Default, type Field, hasColumn, type Model, relationsOf } from '@alyx/models'
import { columnType } from './columns.ts'

/** What the parts of the laboratory's record are about, in the order of the document. */
const chapters: Readonly<Record<App, string>> = {
  misc: 'People, labs and housing',
  subjects: 'Animals and genetics',
  actions: 'What is done with animals',
  data: 'Datasets and files',
  experiments: 'Probes, imaging and the brain',
  jobs: 'Processing tasks',
  auth: 'Groups and permissions',
  authtoken: 'Tokens',
  contenttypes: 'Kinds of record',
  sessions: 'Web logins',
  admin: 'Log of the web pages',
  reversion: 'Saved copies',
  migrations: 'History of the tables',
}

/** Text inside a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')

const code = (text: string): string => `\`${text}\``

const anchor = (model: Model): string => model.key.replace('.', '')

const link = (model: Model): string => `[${model.key}](#${anchor(model)})`

const madeValues = { uuid: 'a random UUID', now: 'now', emptyList: 'an empty list' } as const

function defaultInWords(value: Default | undefined): string {
  if (value === undefined) return ''
  if ('make' in value) return madeValues[value.make]
  if ('setting' in value) return `setting ${code(value.setting)}`
  if ('rule' in value) return `rule ${code(value.rule)}`
  if (value.value === null || value.value === '') return value.value === null ? 'null' : 'empty'
  return code(String(value.value))
}

/** What a person must know beyond the help: choices, unit, limits, what happens on deletion. */
function notes(field: Field): string[] {
  const found: string[] = []
  if ('unit' in field && field.unit) found.push(`Unit: ${field.unit}.`)
  if ('choices' in field)
    found.push(`Choices: ${field.choices.map(([value, label]) => `${code(String(value))} ${label}`).join(', ')}.`)
  if ('minimum' in field && field.minimum !== undefined) found.push(`At least ${field.minimum}.`)
  if ('maximum' in field && field.maximum !== undefined) found.push(`At most ${field.maximum}.`)
  if ('pattern' in field && field.pattern) found.push(`Matches ${code(field.pattern)}.`)
  if ('unique' in field && field.unique) found.push('Unique.')
  if ('touched' in field && field.touched) found.push('Set at every save.')
  else if ('readOnly' in field && field.readOnly) found.push('Cannot be edited.')
  if ('secret' in field && field.secret) found.push('Credential: never shown.')
  if (field.kind === 'reference') found.push(onDelete[field.onDelete])
  return found
}

const onDelete = {
  cascade: 'Deleted with it.',
  clear: 'Emptied when that is deleted.',
  default: 'Set to its default when that is deleted.',
  refuse: 'Keeps that from being deleted.',
} as const

function kindInWords(model: Model, name: string, field: Field): string {
  const to = relationsOf(model).get(name)?.to
  if (field.kind === 'reference')
    return `${field.single ? 'the only one of' : 'one of'} ${to ? link(to) : code(field.to)}`
  if (field.kind === 'many') return `any number of ${to ? link(to) : code(field.to)}`
  if (field.kind === 'generic') return `a record of any model, by ${code(field.typeField)} and ${code(field.idField)}`
  return field.kind
}

const captionOf = (name: string, field: Field): string =>
  field.label ?? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`

function fieldRow(model: Model, [name, field]: [string, Field]): string {
  const column = hasColumn(field) ? `${columnName(name, field)} ${columnType(field)}` : ''
  const nullable = hasColumn(field) ? (field.nullable ? 'yes' : 'no') : ''
  const initial = hasColumn(field) ? defaultInWords(field.default) : ''
  const help = [field.help, ...notes(field)].join(' ')
  const cells = [
    code(name),
    captionOf(name, field),
    kindInWords(model, name, field),
    column && code(column),
    nullable,
    initial,
    help,
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

function rulesOf(model: Model): string[] {
  const rules: string[] = []
  if (model.parent) rules.push(`Extends ${code(model.parent)}: one row in each table, with the same key.`)
  for (const { fields, when } of model.unique ?? []) {
    const condition = when ? ` where ${code(when.field)} is ${when.present ? 'set' : 'not set'}` : ''
    rules.push(`Unique together: ${fields.map(code).join(', ')}${condition}.`)
  }
  for (const { field, atLeast } of model.checks ?? []) rules.push(`${code(field)} is at least ${atLeast}.`)
  if (model.ordering) rules.push(`Listed by ${model.ordering.map(code).join(', ')}.`)
  if (model.proxies) rules.push(`Also known as ${model.proxies.map(({ label }) => label).join(', ')}.`)
  return rules
}

function waysBack(model: Model): string[] {
  return [...relationsOf(model).values()]
    .filter(({ reverse }) => reverse)
    .map(({ name, to, toMany, declaredBy }) => {
      const count = toMany ? 'any number of' : 'at most one of'
      return `${code(name)}: ${count} ${link(to)}, by its ${code(declaredBy.name)}`
    })
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`]

function modelSection(model: Model): string {
  return [
    `### ${model.key}`,
    `${model.help} Table ${code(model.table)}.`,
    [
      '| Field | Caption | Kind | Column | Null | Default | Meaning |',
      '|---|---|---|---|---|---|---|',
      ...Object.entries(model.fields).map((entry) => fieldRow(model, entry)),
    ].join('\n'),
    ...list('Rules:', rulesOf(model)),
    ...list('Ways back from other records:', waysBack(model)),
  ].join('\n\n')
}

/** Every model with every field, as Markdown: what it means, how it is stored, and what leads to it. */
export function dataDictionary(models: readonly Model[]): string {
  const byApp = Map.groupBy(models, ({ app }) => app)
  const sections = (Object.keys(chapters) as App[]).flatMap((app) => {
    const own = byApp.get(app)
    return own ? [`## ${chapters[app]} (${app})\n\n${own.map(modelSection).join('\n\n')}`] : []
  })
  const contents = (Object.keys(chapters) as App[]).flatMap((app) => {
    const own = byApp.get(app)
    return own ? [`- ${chapters[app]}: ${own.map(link).join(', ')}`] : []
  })
  return `# Data dictionary

Everything that the laboratory records, written from the declarations in \`packages/models\` by \`npm run generate\`. Times
are kept as moments; the clock they are shown in is the server's time zone. Defaults are given by the server: PostgreSQL
has none.

${contents.join('\n')}

${sections.join('\n\n')}
`
}
