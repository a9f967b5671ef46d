/** Look of the documentation page. The colours are those of the server's other pages. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2530; --soft: #566373; --paper: #fbfbf9; --card: #ffffff; --line: #dfe3e8; --accent: #0b6e6e; --tint: #eef5f4; --get: #0b6e6e; --write: #7a4d00; --delete: #a4262c }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3afbd; --paper: #14181d; --card: #1b2128; --line: #2d3640; --accent: #5cc4bd; --tint: #1f2b30; --get: #5cc4bd; --write: #e0b060; --delete: #ff8f8f } }
* { box-sizing: border-box }
html { scroll-padding-top: 5rem }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word }
.skip { position: absolute; left: -999px } .skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem; z-index: 3 }
header { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line) }
header > div { display: flex; gap: .5rem 1.5rem; align-items: center; max-width: 82rem; margin: 0 auto; padding: .75rem 1.25rem }
header a { color: inherit; text-decoration: none; font-weight: 700; white-space: nowrap }
header label { flex: 1; display: flex; align-items: center; gap: .75rem; max-width: 34rem; margin-left: auto }
header label span { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
input { flex: 1; min-width: 0; width: 100%; min-height: 2.75rem; padding: .5rem .9rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.layout { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem; max-width: 82rem; margin: 0 auto; padding: 0 1.25rem 5rem }
nav { position: sticky; top: 4.6rem; align-self: start; max-height: calc(100vh - 4.6rem); overflow-y: auto; padding: 1.5rem .25rem 2rem 0; font-size: .9rem }
nav h2 { font-size: .75rem; letter-spacing: .05em; text-transform: uppercase; color: var(--soft); margin: 1.25rem 0 .25rem }
nav h2:first-child { margin-top: 0 }
nav ul { list-style: none; margin: 0; padding: 0 }
nav a { display: block; padding: .2rem .5rem; border-radius: 6px; color: inherit; text-decoration: none }
nav a:hover { background: var(--tint); color: var(--accent) }
main { padding-top: 2rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em }
main h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem }
p, ul { max-width: 46rem }
.lead { color: var(--soft); font-size: 1.05rem; margin-top: 0 }
a { color: var(--accent) }
code, pre, .path { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace }
pre { background: var(--tint); border-radius: 8px; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0 1rem }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.25rem }
.caption { font-size: .8rem; color: var(--soft); margin: 0 }
.two > div { min-width: 0 }
details.endpoint { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: .6rem 0 }
details.endpoint > summary { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .1rem 1rem; align-items: baseline; padding: .8rem 1rem; cursor: pointer; list-style: none; border-radius: 10px }
details.endpoint > summary::-webkit-details-marker { display: none }
details.endpoint > summary:hover .path { color: var(--accent) }
details.endpoint[open] > summary { border-bottom: 1px solid var(--line); border-radius: 10px 10px 0 0 }
.path { font-weight: 700; font-size: 1rem }
.methods { display: flex; flex-wrap: wrap; gap: .15rem .6rem; font: 600 .75rem/1.6 ui-monospace, monospace; color: var(--write) }
.methods .GET { color: var(--get) } .methods .DELETE { color: var(--delete) }
.about { grid-column: 1 / -1; color: var(--soft) }
.inside { padding: .25rem 1rem 1rem }
.calls { margin: .5rem 0 0; display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .3rem 1rem; align-items: baseline }
.calls dt { grid-column: 1 } .calls dd { grid-column: 2; margin: 0 }
.fields { display: grid; grid-template-columns: minmax(9rem, 15rem) minmax(0, 1fr); margin: 0; border-top: 1px solid var(--line) }
.fields > div { display: contents }
.fields dt, .fields dd { margin: 0; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line) }
.fields dt { font: .9em/1.6 ui-monospace, monospace; overflow-wrap: anywhere }
.kind { color: var(--soft); font-size: .85rem; display: block }
.flag { font-size: .75rem; font-weight: 600; color: var(--write); margin-left: .5rem; white-space: nowrap }
.fields .hit dt { color: var(--accent) }
.none { color: var(--soft) }
[hidden] { display: none !important }
@media (max-width: 62rem) {
  .layout { grid-template-columns: minmax(0, 1fr); padding: 0 1rem 4rem }
  nav { display: none }
  header > div { padding: .6rem 1rem }
}
@media (max-width: 34rem) {
  h1 { font-size: 1.55rem }
  pre { font-size: .78rem; padding: .7rem .8rem }
  main { padding-top: 1.25rem }
  details.endpoint > summary { grid-template-columns: minmax(0, 1fr) }
  .fields { display: block }
  .fields > div { display: block; border-bottom: 1px solid var(--line); padding: .45rem 0 }
  .fields dt, .fields dd { border: 0; padding: 0 }
  .fields dt { font-weight: 600 }
}
`.trim()
