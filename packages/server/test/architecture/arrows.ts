import { all, type Model } from '@alyx/models'
import type { SourceFile } from './source-files.ts'

/** A line of the house's plan that a file crosses. */
export interface Crossing {
  readonly rule: string
  readonly path: string
  /** What it reaches for. */
  readonly what: string
}

const SERVER = 'packages/server/src/'

/** Rooms of the server from the ground up; a room may use those below it, and itself. */
const STOREYS: readonly (readonly string[])[] = [
  ['migrations'],
  ['database'],
  ['schema'],
  ['query'],
  ['records', 'history', 'mail', 'storage'],
  ['jobs', 'schedules'],
  ['domains'],
  ['rights', 'recording', 'backup', 'cache-tables'],
  ['rest', 'media', 'mounts', 'auth', 'native', 'web-hooks'],
  ['app.ts', 'readings.ts', 'main.ts', 'command', 'config', 'config.ts'],
]
const WEB = 'packages/web/src/'
/** Rooms of the web application from the ground up. */
const WEB_STOREYS: readonly (readonly string[])[] = [
  ['theme', 'server'],
  ['charts', 'writing'],
  ['kinds'],
  ['grid', 'form', 'history', 'removal', 'search', 'help'],
  ['frame'],
  ['tasks', 'water'],
  ['home', 'rounds', 'animal', 'colony', 'sessions', 'insertions', 'regions', 'data', 'administration', 'account'],
  ['own-rows.ts', 'routes.tsx', 'main.tsx'],
]
const webRoomOf = (path: string): string | undefined =>
  path.startsWith(WEB) ? path.slice(WEB.length).split('/')[0] : undefined
const webStoreyOf = (room: string | undefined): number =>
  WEB_STOREYS.findIndex((rooms) => room !== undefined && rooms.includes(room))
/** Each domain may use those before it, by their front door. */
const DOMAINS = ['labs', 'subjects', 'actions', 'data', 'experiments']

/** Where the room begins that a path lies in: `rest`, `domains`, `config.ts`; undefined outside the server. */
const roomOf = (path: string): string | undefined =>
  path.startsWith(SERVER) ? path.slice(SERVER.length).split('/')[0] : undefined
const storeyOf = (room: string): number => STOREYS.findIndex((rooms) => rooms.includes(room))
const domainOf = (path: string): string | undefined => path.split(`${SERVER}domains/`)[1]?.split('/')[0]
const packageOf = (path: string): string | undefined => /^packages\/([^/]+)\//.exec(path)?.[1]

type Rule = (file: SourceFile) => readonly string[]

const below = (room: string): boolean => storeyOf(room) >= 0 && storeyOf(room) < storeyOf('rest')

/** Names of models in use for a laboratory; the framework's own are part of what the schema room has to know. */
const laboratory: readonly Model[] = all.filter(({ framework }) => !framework)
const modelNames = new Set(laboratory.flatMap(({ name, key, table }) => [name, key, table]))
const modelTables = new RegExp(`\\b(?:${laboratory.map(({ table }) => table).join('|')})\\b`)

const STRINGS = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g
const MODEL_IMPORTS = /import\s*\{([^}]*)\}\s*from\s*'@alyx\/models'/g

function modelsNamedIn({ code }: SourceFile): string[] {
  const strings = [...code.matchAll(STRINGS)].map(([, single, double, template]) => single ?? double ?? template ?? '')
  const imported = [...code.matchAll(MODEL_IMPORTS)].flatMap(([, names]) => names!.split(',').map((one) => one.trim()))
  return [
    ...strings.filter((text) => modelNames.has(text) || modelTables.test(text)),
    ...imported.filter((name) => modelNames.has(name)),
  ]
}

/** Parts of the upper rooms that serve every model alike. What names models there: `rest/contract`, `rest/schema-document`. */
const GENERIC_REST = /^packages\/server\/src\/rest\/(?:filters\/|[^/]+\.ts$)/
/** What pages of the web application need beyond rows of one model; as the contract's declarations, it names models. */
const PAGES = `${SERVER}native/pages/`
/** Files of generic rooms that have to name models, each for its reason. */
const NAME_MODELS: Readonly<Record<string, string>> = {
  [`${SERVER}query/conditions-path.ts`]: 'a second wall around credentials, for the day a declaration forgets the word',
  [`${SERVER}schema/framework-rows.ts`]: "rows that Alyx's own first migrations leave",
}
/** Statements, as people write them: small or capital throughout. A sentence that begins with "Select" is none. */
const STATEMENTS = /\b(?:select\s[\s\S]*?\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|truncate\s+table)\b/
const saysStatement = (text: string): boolean =>
  STATEMENTS.test(text.replace(/\b[A-Z]{3,}\b/g, (word) => word.toLowerCase()))
const HTTP = /^(?:fastify|@fastify\/.*|(?:node:)?https?2?)$/

/** Every arrow that must never exist. Each rule answers what a file reaches for that it may not have. */
const rules: Readonly<Record<string, Rule>> = {
  'models use nothing but themselves': ({ path, imports }) =>
    packageOf(path) === 'models' ? imports.filter((name) => packageOf(name) !== 'models') : [],

  'web, worker and client never reach into the server': ({ path, imports }) =>
    ['web', 'worker', 'client'].includes(packageOf(path) ?? '')
      ? imports.filter((name) => packageOf(name) === 'server' || name.startsWith('@alyx/server'))
      : [],

  'a room uses only the rooms below it': ({ path, imports }) => {
    const from = storeyOf(roomOf(path) ?? '')
    if (from < 0) return []
    return imports.filter((name) => {
      const room = roomOf(name)
      return room !== undefined && room !== roomOf(path) && storeyOf(room) > from
    })
  },

  'a room of the web application uses only the rooms below it': ({ path, imports }) => {
    const from = webStoreyOf(webRoomOf(path))
    if (from < 0) return []
    return imports.filter((name) => {
      const room = webRoomOf(name)
      // Rooms of one storey are neighbours that do not know each other.
      return (
        room !== undefined && room !== webRoomOf(path) && webStoreyOf(room) >= from && from < WEB_STOREYS.length - 1
      )
    })
  },

  'every file of the web application lies in a room': ({ path }) => {
    const room = webRoomOf(path)
    return room !== undefined && webStoreyOf(room) < 0 ? [room] : []
  },

  'client knows neither browser pages nor server': ({ path, imports }) =>
    packageOf(path) === 'client'
      ? imports.filter((name) => packageOf(name) !== 'client' && name !== '@alyx/models')
      : [],

  'every file of the server lies in a room': ({ path }) => {
    const room = roomOf(path)
    return room !== undefined && storeyOf(room) < 0 ? [room] : []
  },

  'domains and what lies below know no HTTP': ({ path, imports, code }) =>
    below(roomOf(path) ?? '')
      ? [...imports.filter((name) => HTTP.test(name)), ...(code.match(/\b(?:statusCode|status_code)\b/g) ?? [])]
      : [],

  'rest, media, auth and native write no SQL': ({ path, imports, code }) => {
    if (!['rest', 'media', 'mounts', 'auth', 'native'].includes(roomOf(path) ?? '')) return []
    const statements = [...code.matchAll(STRINGS)].map(([text]) => text).filter((text) => saysStatement(text))
    return [...imports.filter((name) => name === 'kysely'), ...(code.match(/\bsql`/g) ?? []), ...statements]
  },

  'migrations import nothing': ({ path, imports }) => (roomOf(path) === 'migrations' ? imports : []),

  'generic code names no model': (file) => {
    if (file.path in NAME_MODELS || file.path.startsWith(PAGES)) return []
    const generic =
      ['query', 'schema', 'records', 'native'].includes(roomOf(file.path) ?? '') || GENERIC_REST.test(file.path)
    return generic ? modelsNamedIn(file) : []
  },

  'a domain uses another by its front door, and only those before it': ({ path, imports }) => {
    const domain = domainOf(path)
    if (domain === undefined) return []
    return imports.filter((name) => {
      const other = domainOf(name)
      if (other === undefined || other === domain) return false
      return DOMAINS.indexOf(other) > DOMAINS.indexOf(domain) || name !== `${SERVER}domains/${other}/index.ts`
    })
  },

  'only the configuration reads the environment': ({ path, code }) =>
    path !== `${SERVER}config.ts` && path.startsWith(SERVER) ? (code.match(/\bprocess\.env\b/g) ?? []) : [],

  'only the database room speaks to pg': ({ path, imports }) =>
    roomOf(path) === 'database' ? [] : imports.filter((name) => /^pg(?:-|\/|$)/.test(name)),
}

/** Every arrow between these files that the plan of the house forbids, cycles included. */
export function crossings(files: readonly SourceFile[]): Crossing[] {
  const forbidden = files.flatMap((file) =>
    Object.entries(rules).flatMap(([rule, reaches]) =>
      reaches(file).map((what) => ({ rule, path: file.path, what: what.slice(0, 80) })),
    ),
  )
  return [...forbidden, ...cycles(files)]
}

/** One crossing for each cycle of imports: the shortest way around through its first file. */
function cycles(files: readonly SourceFile[]): Crossing[] {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  const found: Crossing[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path)
    if (at >= 0) {
      found.push({ rule: 'imports never go in a circle', path, what: [...way.slice(at + 1), path].join(' -> ') })
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...way, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}
