import type { FastifyRequest } from 'fastify'
import { spacedJson } from '../python-json.ts'
import { type Html, html, page } from './page.ts'

const INDENT = 2

/** An answer of the contract as a page, for whoever opens its address in a browser. */
export function htmlOfJson(request: FastifyRequest, status: number, json: string): string {
  return page(
    `${request.method} ${request.url.split('?')[0]}`,
    html`${status === 403 && signInOffer(request)}<p class="status">${request.method} ${request.url} · ${status}</p><pre>${spacedJson(json, INDENT)}</pre><p><a href="/docs/">Documentation</a></p>`,
    { wide: true },
  )
}

/** Whoever opened an address without being signed in can do so here, and comes back. */
function signInOffer({ account, url }: FastifyRequest): Html | false {
  return (
    account === undefined &&
    html`<h1>Sign in first</h1><p><a href="/auth/login/?next=${encodeURIComponent(url)}">Sign in</a> to read what is at this address.</p>`
  )
}
