import { createHash } from 'node:crypto'
import type { Resource } from '../../contract/index.ts'
import { type Html, html } from '../../pages/page.ts'
import { specialRoutes } from '../special-routes.ts'
import { anchorOf, collectionEntry, specialEntry } from './endpoint.ts'
import { introduction } from './introduction.ts'
import { SEARCH_SCRIPT } from './search-script.ts'
import { STYLE } from './style.ts'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** What the page may load: its own style and script, nothing else. */
export const docsPagePolicy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SEARCH_SCRIPT)}; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** Chapters by the app that the models belong to. */
const CHAPTERS: readonly (readonly [app: string, title: string])[] = [
  ['subjects', 'Subjects'],
  ['actions', 'Sessions, water and surgeries'],
  ['data', 'Datasets and files'],
  ['experiments', 'Probes, imaging and anatomy'],
  ['jobs', 'Processing tasks'],
  ['misc', 'Labs, people and notes'],
]

const byPath = (one: Resource, other: Resource): number => (one.path < other.path ? -1 : 1)

interface Chapter {
  readonly title: string
  readonly paths: readonly string[]
  readonly entries: readonly Html[]
}

/**
 * The documentation for people: every endpoint of the contract with its methods, filters, fields and an example.
 * Complete in itself; the small script only searches.
 *
 * @param origin  `http://host:port` for the examples
 */
export function docsPage(resources: readonly Resource[], { origin }: { readonly origin: string }): string {
  const chapters: Chapter[] = CHAPTERS.map(([app, title]) => {
    const members = resources.filter(({ model }) => model.app === app).toSorted(byPath)
    return {
      title,
      paths: members.map(({ path }) => path),
      entries: members.map((resource) => collectionEntry(resource, origin)),
    }
  })
  chapters.push({
    title: 'Signing in, files and documents',
    paths: specialRoutes.map(({ path }) => path.replace(/\{.*/, '')),
    entries: specialRoutes.map((route) => specialEntry(route, origin)),
  })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Alyx REST API</title><style>${STYLE}</style></head>
<body>${body(chapters, origin).text}<script>${SEARCH_SCRIPT}</script></body></html>
`
}

const body = (
  chapters: readonly Chapter[],
  origin: string,
): Html => html`<a class="skip" href="#content">To the content</a>
<header><div><a href="/docs/">Alyx REST API</a><label><span>Search endpoints, filters and fields</span><input id="search" type="search" placeholder="Search, as in: water date" autocomplete="off" spellcheck="false"></label></div></header>
<div class="layout"><nav aria-label="Endpoints"><h2>Start</h2><ul><li><a href="#content">Introduction</a></li><li><a href="#signing-in">Signing in</a></li><li><a href="#lists">Lists and filters</a></li><li><a href="#writing">Writing</a></li></ul>
${chapters.map(
  ({ title, paths }) =>
    html`<h2>${title}</h2><ul>${paths.map(
      (path) => html`<li><a href="#${anchorOf(path)}" data-endpoint="${anchorOf(path)}">${path}</a></li>`,
    )}</ul>`,
)}</nav>
<main id="content"><div id="intro">${introduction(origin)}</div>
<p id="found" class="lead" role="status"></p>
${chapters.map(({ title, entries }) => html`<section class="group"><h2>${title}</h2>${entries}</section>`)}
</main></div>`
