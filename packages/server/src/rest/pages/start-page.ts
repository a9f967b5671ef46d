import { CSRF_FORM_FIELD } from '../../auth/csrf.ts'
import { html, page } from './page.ts'

/** Where people arrive who open the server in a browser. */
export function startPage({
  origin,
  username,
  logoutToken,
}: {
  origin: string
  username: string | undefined
  logoutToken: string | undefined
}): string {
  return page(
    'Alyx',
    html`<h1>Alyx</h1>
<p class="lead">The metadata server of this laboratory: animals, sessions, surgeries, weighings and water, probes and imaging, datasets, tasks.</p>
<p>The web application follows in a later release. Until then everything can be read over REST, by programs such as ONE and by hand.</p>
<ul class="cards">
<li><a href="/docs/"><strong>Documentation</strong><span>Every address, its filters and its fields, with examples.</span></a></li>
<li><a href="/sessions"><strong>Sessions</strong><span>The latest sessions, as programs see them.</span></a></li>
<li><a href="/subjects"><strong>Subjects</strong><span>Animals with their water and weight of today.</span></a></li>
<li><a href="/api/schema?format=json"><strong>Schema</strong><span>The OpenAPI document that clients read.</span></a></li>
</ul>
<h2>From Python</h2>
<pre>from one.api import ONE
one = ONE(base_url='${origin}', username='you')
one.search(task_protocol='ephys')</pre>
${
  username === undefined
    ? html`<p><a href="/auth/login/?next=/admin/">Sign in</a> to look at data in the browser.</p>`
    : html`<form method="post" action="/auth/logout/"><input type="hidden" name="${CSRF_FORM_FIELD}" value="${logoutToken}"><p>Signed in as <strong>${username}</strong>. <button>Sign out</button></p></form>`
}`,
  )
}
