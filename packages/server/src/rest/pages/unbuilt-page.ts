import { html, page } from './page.ts'

/** Said as long as the files of the web application are not there. */
export const unbuiltPage = (): string =>
  page(
    'Alyx',
    html`<h1>The pages are being made</h1>
<p class="lead">The server runs. Its web application is built once after an installation or an upgrade, which takes some seconds; this page looks again by itself.</p>
<p>It stays like this? Then nobody builds: run <code>npm run build</code> in the folder of Alyx. <a href="/docs/">REST</a> works meanwhile.</p>`,
  )
