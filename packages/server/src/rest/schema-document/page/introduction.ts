import { type Html, html } from '../../pages/page.ts'
import { curlOf } from './examples.ts'

/** What holds for every endpoint. */
export const introduction = (origin: string): Html => html`<h1>Alyx REST API</h1>
<p class="lead">Everything that the laboratory records, for programs: animals, sessions, weighings and water, probes and imaging, datasets and tasks.</p>
<p>Requests and answers are JSON. A list and its records share a path: <code>/subjects</code> and <code>/subjects/KS014</code>, without a slash at the end. Programs find the same description as OpenAPI under <a href="/api/schema?format=json"><code>/api/schema</code></a>.</p>
<h2 id="signing-in">Signing in</h2>
<p>Exchange your name and password for a token once, then send the token with every request. It belongs to your account: keep it like the password.</p>
<div class="two"><div><p class="caption">Shell</p><pre>curl ${origin}/auth-token \\
  -d username=alice -d password=…

${curlOf(`${origin}/sessions`)}</pre></div>
<div><p class="caption">Python, with ONE</p><pre>from one.api import ONE
one = ONE(base_url='${origin}',
          username='alice')
one.search(subject='KS014')</pre></div></div>
<h2 id="lists">Lists and filters</h2>
<p>A list comes in pages: <code>count</code> is the number of all matching records, <code>next</code> and <code>previous</code> are the addresses of the neighbouring pages, <code>results</code> holds the records. <code>limit</code> and <code>offset</code> choose the page.</p>
<p>Filters are parameters of the address and all of them must hold: <code>/sessions?subject=KS014&amp;lab=mainenlab</code>. A parameter that nobody knows is not silent: the answer carries a <code>Warning</code> header that names it, and <code>Prefer: handling=strict</code> turns the warning into an error.</p>
<p>Where an endpoint has the filter <code>django</code>, it takes pairs of a path and a value over all related records: <code>django=subject__lab__name,mainenlab</code>, <code>django=start_time__date__gte,2026-03-01</code>; a <code>~</code> before the path excludes.</p>
<h2 id="writing">Writing</h2>
<p><code>POST</code> creates, <code>PUT</code> replaces, <code>PATCH</code> changes the fields given, <code>DELETE</code> removes. A body is JSON, or a form when it holds a picture. An error says which field is wrong and why, and changes nothing. Date-times are those of the clock of the server, without an offset.</p>`
