/** Asks the browser to keep this page and the round for the time without network: see `public/admin/offline.js`. */
const WORKER = '/admin/offline.js'

export function keepForOffline(): void {
  if (!('serviceWorker' in navigator)) return
  void navigator.serviceWorker
    .register(WORKER, { scope: '/admin/' })
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => {
      const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
      active?.postMessage({ keep: files.filter((path) => path.startsWith('/static/')) })
    })
    // Pages without encryption have none: the queue works, only a reload without network does not.
    .catch(() => undefined)
}

/** Forgets what was kept for the person who signs out; entries that were not sent stay. */
export async function forgetOffline(): Promise<void> {
  if (typeof caches === 'undefined') return
  for (const name of await caches.keys()) await caches.delete(name)
}
