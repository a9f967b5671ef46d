import { html, page } from './page.ts'

export interface Tool {
  readonly url: string
  readonly name: string
  readonly what: string
}

/** Where staff find the tools beside the server. */
export const servicesPage = (tools: readonly Tool[]): string =>
  page(
    'Services · Alyx',
    html`<h1>Services</h1>
<p class="lead">Tools beside this server. Each has an account of its own.</p>
${
  tools.length === 0
    ? html`<p>This installation has none. The settings <code>ALYX_FLOWER_URL</code>, <code>ALYX_BROKER_MANAGEMENT_URL</code> and <code>ALYX_PGADMIN_URL</code> name them.</p>`
    : html`<ul class="cards">${tools.map(({ url, name, what }) => html`<li><a href="${url}"><strong>${name}</strong><span>${what}</span></a></li>`)}</ul>`
}`,
  )
