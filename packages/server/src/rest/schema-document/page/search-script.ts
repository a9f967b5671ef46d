/** Runs in the browser: hides what does not contain every word of the search, and opens the endpoint of a link. */
export const SEARCH_SCRIPT = `
const box = document.querySelector('#search')
const found = document.querySelector('#found')
const endpoints = [...document.querySelectorAll('details.endpoint')]
const groups = [...document.querySelectorAll('section.group')]
const links = new Map([...document.querySelectorAll('nav a[data-endpoint]')].map((a) => [a.dataset.endpoint, a]))
const wordsOf = new Map(endpoints.map((one) => [one, one.textContent.toLowerCase()]))
const intro = document.querySelector('#intro')
function search() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let shown = 0
  for (const one of endpoints) {
    const hit = words.every((word) => wordsOf.get(one).includes(word))
    one.hidden = !hit
    const link = links.get(one.id)
    if (link) link.parentElement.hidden = !hit
    if (hit) shown++
    for (const row of one.querySelectorAll('.fields > div')) {
      const text = row.textContent.toLowerCase()
      row.classList.toggle('hit', words.length > 0 && words.some((word) => text.includes(word)))
    }
  }
  for (const group of groups) group.hidden = !group.querySelector('details.endpoint:not([hidden])')
  for (const title of document.querySelectorAll('nav h2')) {
    const list = title.nextElementSibling
    title.hidden = list.querySelector('[data-endpoint]') !== null && !list.querySelector('li:not([hidden])')
  }
  intro.hidden = words.length > 0
  if (words.length > 0 && shown === 1) for (const one of endpoints) if (!one.hidden) one.open = true
  found.textContent = words.length === 0 ? '' : shown === 0 ? 'Nothing contains all of these words.' : shown + (shown === 1 ? ' endpoint' : ' endpoints')
}
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target || !target.matches('details.endpoint')) return
  if (target.hidden) { box.value = ''; search() }
  target.open = true
  target.scrollIntoView()
}
box.addEventListener('input', search)
addEventListener('hashchange', openTarget)
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) { event.preventDefault(); box.focus() }
  if (event.key === 'Escape' && document.activeElement === box) { box.value = ''; search() }
})
search()
openTarget()
`.trim()
