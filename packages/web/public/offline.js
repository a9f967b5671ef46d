/**
 * Keeps the pages for the time without network: their files, the page itself, who is signed in and the last round. Answers of
 * the server always come first; what is kept stands in for it only while it cannot be reached, and goes when somebody signs out.
 */
const KEPT = 'alyx-pages-1'
const PAGE = '/admin/'
/** Answers that the round cannot begin without. Nothing else of the laboratory is kept. */
const ANSWERS = ['/api/v1/session', '/api/v1/me', '/api/v1/models', '/api/v1/rounds']
/** A network that swallows requests is as good as none. */
const PATIENCE_MS = 4_000
const AWAY = [502, 503, 504]

addEventListener('install', (event) => event.waitUntil(skipWaiting()))
addEventListener('activate', (event) =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name)
      await clients.claim()
    })(),
  ),
)

addEventListener('message', (event) => event.waitUntil(keepFiles(event.data?.keep ?? [])))

async function keepFiles(paths) {
  const kept = await caches.open(KEPT)
  const known = new Set((await kept.keys()).map(({ url }) => new URL(url).pathname))
  for (const path of paths) if (!known.has(path)) await kept.add(path).catch(() => undefined)
  if (!known.has(PAGE)) await kept.add(PAGE).catch(() => undefined)
}

addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (pathname.startsWith('/static/assets/')) event.respondWith(keptFirst(request))
  else if (request.mode === 'navigate' && pathname.startsWith(PAGE)) event.respondWith(serverFirst(request, PAGE))
  else if (ANSWERS.includes(pathname)) event.respondWith(serverFirst(request, request.url))
})

/** Names of these files change with their contents. */
async function keptFirst(request) {
  const kept = await caches.open(KEPT)
  const found = await kept.match(request)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) await kept.put(request, answer.clone())
  return answer
}

async function serverFirst(request, name) {
  const kept = await caches.open(KEPT)
  try {
    const answer = await Promise.race([
      fetch(request),
      new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE_MS)),
    ])
    if (answer.ok && !answer.redirected) await kept.put(name, answer.clone())
    if (!AWAY.includes(answer.status)) return answer
    return (await kept.match(name)) ?? answer
  } catch (error) {
    const found = await kept.match(name)
    if (found) return found
    throw error
  }
}
