import type { Resource } from '../../contract/index.ts'
import { type Html, html } from '../../pages/page.ts'
import type { ContractField } from '../contract-field.ts'
import { fieldsOf } from '../fields-of.ts'
import { listParameters, type Parameter } from '../parameters.ts'
import { viewOf } from '../representations.ts'
import type { SpecialRoute } from '../special-routes.ts'
import { curlOf, type Example, examplesOf } from './examples.ts'
import { flagsOf, kindOfField, kindOfParameter } from './field-text.ts'

/** Word that names an endpoint in the address of the page: `/docs/#sessions`. */
export const anchorOf = (path: string): string =>
  path
    .replace(/^\//, '')
    .replace(/\/(?:\{.*)?$/, '')
    .replaceAll('/', '-')

/** What a collection holds where it is not simply all rows of its model. */
const about: Readonly<Record<string, string>> = {
  '/water-restricted-subjects': 'Subjects whose water is restricted today, with what they should still get.',
}

/** Everything about a collection. */
export function collectionEntry(resource: Resource, origin: string): Html {
  const { path, list, detail, model } = resource
  const listed = fieldsOf(resource, 'list')
  const detailed = fieldsOf(resource, 'detail')
  const more = newIn(detailed, listed)
  const createsDetail = list.methods.includes('POST') && viewOf(resource, 'POST') === 'detail'
  const filters = listParameters(resource)
  const methods = [...new Set([...list.methods, ...(detail?.methods ?? [])])]
  return entry(
    path,
    methods,
    about[path] ?? model.help,
    html`
${calls([[path, list.methods], ...(detail ? [[`${path}/{${detail.lookup.parameter}}`, detail.methods] as const] : [])])}
<h3>Example</h3>${example(examplesOf(resource, origin))}
<h3>Filters</h3>${parameterList(filters)}
<h3>Fields${more.length > 0 ? ' of a list' : ''}</h3>${fieldList(listed)}
${more.length > 0 && html`<h3>One record ${createsDetail && 'and a create '}also ${more.length === 1 ? 'has' : 'have'}</h3>${fieldList(more)}`}`,
  )
}

/** Fields that a record has and a row of the list has not, or has in another form. */
const newIn = (detailed: readonly ContractField[], listed: readonly ContractField[]): readonly ContractField[] => {
  const known = new Map(listed.map((field) => [field.name, kindOfField(field)]))
  return detailed.filter((field) => known.get(field.name) !== kindOfField(field))
}

/** Everything about a route that is no collection. */
export function specialEntry({ path, methods, parameter }: SpecialRoute, origin: string): Html {
  const help = methods.map(({ help: one }) => one).join(' ')
  const called = methods.map(({ method }) => method.toUpperCase())
  const body = methods.flatMap(({ body: fields = [] }) => fields)
  const query = methods.flatMap(({ query: listed = [], unlisted = [] }) => [...listed, ...unlisted])
  const reads = methods.some(({ method }) => method === 'get')
  return entry(
    path.replace(/\{.*/, ''),
    called,
    help,
    html`
${calls([[path, called]])}
${parameter && html`<h3>In the address</h3><dl class="fields"><div><dt>${parameter.name}</dt><dd>${parameter.help}</dd></div></dl>`}
${query.length > 0 && html`<h3>Parameters</h3>${fieldList(query)}`}
${body.length > 0 && html`<h3>Body</h3>${fieldList(body)}`}
${reads && html`<h3>Example</h3><pre>${curlOf(`${origin}${path.replace('{nickname}', 'KS014').replace('{img_url}', 'note.png')}`)}</pre>`}`,
  )
}

/** Text in which words between backticks are code. */
const withCode = (text: string): readonly (string | Html)[] =>
  text.split('`').map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece))

const entry = (path: string, methods: readonly string[], about: string, inside: Html): Html => html`
<details class="endpoint" id="${anchorOf(path)}"><summary><span class="path">${path}</span>${methodNames(methods)}<span class="about">${about}</span></summary>
<div class="inside">${inside}</div></details>`

const methodNames = (methods: readonly string[]): Html =>
  html`<span class="methods">${methods.map((method) => html`<span class="${method}">${method}</span>`)}</span>`

const calls = (routes: readonly (readonly [string, readonly string[]])[]): Html =>
  html`<dl class="calls">${routes.map(([path, methods]) => html`<dt><code>${path}</code></dt><dd>${methodNames(methods)}</dd>`)}</dl>`

const parameterList = (parameters: readonly Parameter[]): Html =>
  html`<dl class="fields">${parameters.map(
    (one) =>
      html`<div><dt>${one.name}</dt><dd>${withCode(one.description ?? '')}<span class="kind">${kindOfParameter(one)}</span></dd></div>`,
  )}</dl>`

const fieldList = (fields: readonly ContractField[]): Html =>
  html`<dl class="fields">${fields.map(
    (field) =>
      html`<div><dt>${field.name}</dt><dd>${withCode(field.help)}<span class="kind">${kindOfField(field)}${flagsOf(field).map((flag) => html`<span class="flag">${flag}</span>`)}</span></dd></div>`,
  )}</dl>`

const example = ({ curl, one }: Example): Html => html`<div class="two">
<div><p class="caption">Shell</p><pre>${curl}</pre></div><div><p class="caption">Python, with ONE</p><pre>${one}</pre></div></div>`
