import type {
  BulkAnswer,
  Choice,
  Found,
  HistoryEntry,
  Me,
  ModelDescription,
  ModelSummary,
  Page,
  Removal,
  Row,
  SavedView,
  Versioned,
} from './answers.ts'
import { Connection, type ConnectionOptions } from './connection.ts'

/** Parameters of an address; a list stands for a repeated parameter. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

/** `subjects.subject` as an address has it: `/subjects/subject`. */
const pathOf = (model: string): string => `/${model.replace('.', '/')}`

/** `?a=1&a=2`, or nothing. */
export function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    for (const one of typeof value === 'string' ? [value] : value) query.append(name, one)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** Typed calls to the native API. Every method throws `Problem`. */
export class Client {
  readonly connection: Connection

  constructor(options: ConnectionOptions = {}) {
    this.connection = new Connection(options)
  }

  // --- who is calling

  async session(): Promise<string | null> {
    return (await this.connection.get<{ username: string | null }>('/session')).username
  }
  async signIn(username: string, password: string): Promise<void> {
    await this.connection.send('/session', { method: 'POST', body: { username, password } })
    this.connection.forgetToken()
  }
  async signOut(): Promise<void> {
    await this.connection.send('/session', { method: 'DELETE' })
    this.connection.forgetToken()
  }
  me(): Promise<Me> {
    return this.connection.get<Me>('/me')
  }
  async changePassword(old_password: string, new_password: string): Promise<void> {
    await this.connection.send('/account/password', { method: 'POST', body: { old_password, new_password } })
  }

  // --- what there is

  async models(): Promise<readonly ModelSummary[]> {
    return (await this.connection.get<{ results: ModelSummary[] }>('/models')).results
  }
  describe(model: string): Promise<ModelDescription> {
    return this.connection.get<ModelDescription>(`/models${pathOf(model)}`)
  }

  // --- rows

  list(model: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<Page> {
    return this.connection.get<Page>(`${pathOf(model)}${queryOf(parameters)}`, signal)
  }
  /** Another page of a list: its `next` or `previous`. */
  page(address: string, signal?: AbortSignal): Promise<Page> {
    return this.connection.get<Page>(address, signal)
  }
  async row(model: string, key: string): Promise<Versioned> {
    const { body, headers } = await this.connection.send<Row>(`${pathOf(model)}/${key}?rights=true`)
    return { row: body, version: headers.get('etag') ?? '' }
  }
  async create(model: string, values: object): Promise<Row> {
    return (await this.connection.send<Row>(pathOf(model), { method: 'POST', body: values })).body
  }
  /** Changes what `values` mention; with a version only that one: otherwise `outdated`, with both sides in `details`. */
  async change(model: string, key: string, values: object, version?: string): Promise<Row> {
    const headers = version === undefined ? {} : { 'if-match': version }
    return (await this.connection.send<Row>(`${pathOf(model)}/${key}`, { method: 'PATCH', body: values, headers })).body
  }
  async remove(model: string, key: string): Promise<void> {
    await this.connection.send(`${pathOf(model)}/${key}`, { method: 'DELETE' })
  }
  removal(model: string, key: string): Promise<Removal> {
    return this.connection.get<Removal>(`${pathOf(model)}/${key}/removal`)
  }
  async bulk(model: string, asked: object): Promise<BulkAnswer> {
    return (await this.connection.send<BulkAnswer>(`${pathOf(model)}/bulk`, { method: 'POST', body: asked })).body
  }
  async choices(model: string, parameters: Parameters, signal?: AbortSignal): Promise<readonly Choice[]> {
    const path = `${pathOf(model)}/choices${queryOf(parameters)}`
    return (await this.connection.get<{ results: Choice[] }>(path, signal)).results
  }
  /** Where a browser downloads all rows of a list as a table. */
  exportAddress(model: string, parameters: Parameters): string {
    return `${this.connection.origin}/api/v1${pathOf(model)}/export.csv${queryOf(parameters)}`
  }

  // --- the past, and finding anything

  history(
    model: string,
    key: string,
    parameters: Parameters = {},
  ): Promise<{ readonly results: readonly HistoryEntry[]; readonly next: string | null }> {
    return this.connection.get(`/history${pathOf(model)}/${key}${queryOf(parameters)}`)
  }
  async search(q: string, signal?: AbortSignal): Promise<readonly Found[]> {
    return (await this.connection.get<{ results: Found[] }>(`/search${queryOf({ q, limit: '12' })}`, signal)).results
  }

  // --- what people keep

  async savedViews(model: string): Promise<readonly SavedView[]> {
    return (await this.connection.get<{ results: SavedView[] }>(`/saved-views${queryOf({ model })}`)).results
  }
  async keepView(view: Partial<Omit<SavedView, 'id' | 'mine'>>): Promise<SavedView> {
    return (await this.connection.send<SavedView>('/saved-views', { method: 'POST', body: view })).body
  }
  async removeView(id: string): Promise<void> {
    await this.connection.send(`/saved-views/${id}`, { method: 'DELETE', body: {} })
  }
}
