import { createHash } from 'node:crypto'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
}

/** Text as HTML shows it. */
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!)

/** HTML that is complete and safe; only `html` makes it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A template whose values are escaped, unless they are HTML made by this function. Lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const shown = (value: unknown): string => {
    if (value instanceof Html) return value.text
    if (Array.isArray(value)) return value.map(shown).join('')
    return value === undefined || value === null || value === false ? '' : escapeHtml(String(value))
  }
  return new Html(strings.reduce((text, piece, at) => text + shown(values[at - 1]) + piece))
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6878; --paper: #fbfbf9; --card: #ffffff; --line: #dfe3e8; --accent: #0b6e6e; --bad: #a4262c }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa7b6; --paper: #14181d; --card: #1b2128; --line: #2d3640; --accent: #5cc4bd; --bad: #ff8f8f } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
main.wide { max-width: 72rem }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p.lead { color: var(--soft); margin-top: 0 }
a { color: var(--accent) }
code, pre { font: .9em/1.5 ui-monospace, monospace }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; overflow-x: auto }
ul.cards { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)) }
ul.cards a { display: block; height: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1rem; text-decoration: none; color: inherit }
ul.cards a:hover, ul.cards a:focus-visible { border-color: var(--accent) }
ul.cards strong { display: block; color: var(--accent) }
ul.cards span { color: var(--soft); font-size: .92rem }
form.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; max-width: 24rem }
label { display: block; margin: 0 0 1rem; font-weight: 600 }
input { display: block; width: 100%; margin-top: .3rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 8px }
input:focus-visible, a:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 0; border-radius: 8px; background: var(--accent); color: var(--paper); cursor: pointer }
.error { color: var(--bad); font-weight: 600 }
.status { color: var(--soft); font: .9rem ui-monospace, monospace }
`.trim()

/** Hash that lets the pages' own style through the content security policy. */
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** What a page of ours may load: its own style and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src ${STYLE_HASH}; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** A whole page. */
export function page(title: string, body: Html, { wide = false }: { wide?: boolean } = {}): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main${wide ? ' class="wide"' : ''}>${body.text}</main></body></html>
`
}
