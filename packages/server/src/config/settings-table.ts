import { type Declared, declared, groups, type Known, type Setting } from './declared.ts'

/** Content of `docs/settings.md`: every setting with its names, default and example, from the declarations. */
export function settingsTable(): string {
  const settings = Object.values(declared) as Declared[keyof Declared][]
  return [
    '# Settings',
    '',
    '<!-- Made by `npm run generate` from packages/server/src/config/declared.ts: change it there. -->',
    '',
    'The server reads its settings once, at the start: from environment variables, else from a file `.env` in the working',
    'folder (one `NAME=value` per line), else from the defaults below. It refuses to start when a value cannot be used, and',
    'then names every such value. Where a setting has several names, the first one that is set counts; the other names are',
    'those of Alyx in Python, so that its files can be used as they are.',
    '',
    'Secrets (marked *secret*) may lie in a file of their own: set `NAME_FILE` to its path instead of `NAME`.',
    '',
    '`alyx doctor` checks the settings and what they lead to.',
    ...groups.flatMap((group) => [
      '',
      `## ${group}`,
      '',
      '| Variable | What it is | Value | Default | Example |',
      '|---|---|---|---|---|',
      ...settings.filter((setting) => setting.group === group).map((setting) => row(setting as Setting<unknown>)),
    ]),
    '',
  ].join('\n')
}

function row(setting: Setting<unknown>): string {
  const { names, option, help, secret, kind, example } = setting
  const [first, ...others] = [...names, ...(option ? [option] : [])].map((name) => `\`${name}\``)
  return `| ${[
    others.length > 0 ? `${first}<br>${others.join('<br>')}` : `${first}`,
    `${help}${secret ? ' (*secret*)' : ''}`,
    kind.expected,
    defaultOf(setting),
    example === undefined ? '' : `\`${example}\``,
  ]
    .map((cell) => cell.replaceAll('|', '\\|'))
    .join(' | ')} |`
}

function defaultOf({ otherwise, kind, fallback }: Setting<unknown>): string {
  if (otherwise !== undefined) return otherwise
  const nowhere: Known = { workingFolder: '/', dataFolder: '/', serverName: '', onTerminal: false }
  const value = fallback(nowhere)
  return value === undefined ? 'none' : `\`${(kind.write ?? String)(value as never)}\``
}
