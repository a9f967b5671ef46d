import { readFile } from 'node:fs/promises'
import { openBrowser, visit } from './browser/visitor.ts'
import { Client, getRound } from '../packages/client/src/index.ts'
const lab = { origin: 'http://127.0.0.1:8110', username: 'admin', password: (await readFile('/tmp/today-data/admin-password','utf8')).trim(), end: async()=>{} }
const t = ((await (await fetch(lab.origin+'/auth-token',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify(lab)})).json()) as any).token
const client = new Client({ origin: lab.origin, token: t })
const one = async (m: string, p: object = {}) => (await client.list(m, { limit: '1', ...p } as any)).results[0]!.id
const round = await getRound(client.connection, {})
const animal = round.cages[0]!.animals[0]!.subject.id
const pages: Record<string,string> = {
 subject: `/admin/subjects/subject/${animal}/change/`,
 weight: `/admin/subjects/subject/${animal}/change/?tab=water`,
 timeline: `/admin/subjects/subject/${animal}/change/?tab=timeline`,
 water: '/admin/water/', training: '/admin/training/', files: '/admin/files/', tasks: '/admin/tasks/', colony: '/admin/colony/',
 session: `/admin/actions/session/${await one('actions.session', { data_dataset_session_related__isnull: undefined })}/change/`,
 regions: '/admin/regions/', subjects: '/admin/subjects/subject/', app: '/admin/subjects/', home: '/admin/', cull: '/admin/subjects/cullsubject/', form: `/admin/subjects/subject/${animal}/change/?view=form`,
}
const browser = await openBrowser()
const wanted = process.argv.slice(2)
for (const [width, dark] of [[1440,false],[390,true]] as const) {
  const v = await visit(browser, lab, { width, dark }, '/tmp/look')
  for (const [name, path] of Object.entries(pages)) {
    if (wanted.length && !wanted.includes(name)) continue
    try {
    await v.page.goto(path); await v.page.waitForTimeout(1800)
    const wide = await v.page.evaluate('document.documentElement.scrollWidth - innerWidth')
    console.log(width, name, 'too wide', wide, 'faults', JSON.stringify(await v.faults()).slice(0,600), 'said', JSON.stringify(v.complaints()).slice(0,300))
    await v.shot(`${name}-${width}`)
    } catch (e) { console.log(width, name, String(e).slice(0,200)) }
  }
}
await browser.close()
