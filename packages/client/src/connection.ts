import { offline, Problem, problemIn } from './problem.ts'

export interface ConnectionOptions {
  /** `https://alyx.example.org`; absent in a browser, where the page's own server is meant. */
  readonly origin?: string
  /** For programs. Browsers send their cookie instead. */
  readonly token?: string
  readonly fetch?: typeof fetch
}

export interface Answer<T> {
  readonly body: T
  readonly headers: Headers
}

export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** Instead of a body: what a form with files has. */
  readonly form?: FormData
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

const BASE = '/api/v1'
const isStaleToken = (problem: Problem) => problem.code === 'bad_credentials' && problem.message.startsWith('CSRF')

/** Sends requests to the native API, with whatever proves who sends them. */
export class Connection {
  readonly origin: string
  readonly #token: string | undefined
  readonly #fetch: typeof fetch
  #csrf: string | undefined

  constructor({ origin = '', token, fetch: given = fetch }: ConnectionOptions = {}) {
    this.origin = origin
    this.#token = token
    this.#fetch = given.bind(globalThis)
  }

  /**
   * Sends one request; paths begin after `/api/v1`, or are whole paths as the server gives them in `next`.
   *
   * @throws Problem whatever goes wrong
   */
  async send<T>(path: string, sent: Sent = {}): Promise<Answer<T>> {
    try {
      return await this.#once<T>(path, sent)
    } catch (error) {
      // Somebody signed in on another page of this browser: the token of forms is a new one.
      if (!(error instanceof Problem) || !isStaleToken(error) || this.#csrf === undefined) throw error
      this.forgetToken()
      return this.#once<T>(path, sent)
    }
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await this.send<T>(path, { signal })).body
  }

  /** The next write asks for a new token of forms. */
  forgetToken(): void {
    this.#csrf = undefined
  }

  async #once<T>(path: string, { method = 'GET', body, form, headers, signal }: Sent): Promise<Answer<T>> {
    const response = await this.#ask(path.startsWith(BASE) ? path : `${BASE}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(await this.#proof(method)),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(form && { body: form }),
      ...(signal && { signal }),
    })
    if (!response.ok) throw await problemIn(response)
    const text = await response.text()
    return { body: (text === '' ? undefined : JSON.parse(text)) as T, headers: response.headers }
  }

  async #proof(method: string): Promise<Record<string, string>> {
    if (this.#token !== undefined) return { authorization: `Token ${this.#token}` }
    if (method === 'GET') return {}
    if (this.#csrf === undefined) {
      const response = await this.#ask(`${BASE}/session`, { headers: { accept: 'application/json' } })
      if (!response.ok) throw await problemIn(response)
      this.#csrf = ((await response.json()) as { csrf_token: string }).csrf_token
    }
    return { 'x-csrftoken': this.#csrf }
  }

  async #ask(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(`${this.origin}${path}`, { credentials: 'same-origin', ...init })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw offline()
    }
  }
}
