import type { FastifyRequest } from 'fastify'
import { spacedJson } from '../python-json.ts'
import { html, page } from './page.ts'

const INDENT = 2

/** An answer of the contract as a page, for whoever opens its address in a browser. */
export function htmlOfJson(request: FastifyRequest, status: number, json: string): string {
  return page(
    `${request.method} ${request.url.split('?')[0]}`,
    html`<p class="status">${request.method} ${request.url} · ${status}</p><pre>${spacedJson(json, INDENT)}</pre><p><a href="/docs/">Documentation</a></p>`,
    { wide: true },
  )
}
