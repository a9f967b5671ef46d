import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUILT_PAGES } from '../../src/media/static-files.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

let lab: ServedLaboratory

beforeAll(async () => {
  lab = await servedLaboratory()
})
afterAll(() => lab.close())

const nonceOf = (policy: unknown) => /style-src 'self' 'nonce-([^']+)'/.exec(String(policy))?.[1]

describe.runIf(existsSync(join(BUILT_PAGES, 'index.html')))('the built pages', () => {
  test.each(['/admin/', '/admin/subjects/subject/', '/admin/login/'])('%s is the page, for everybody', async (path) => {
    const answer = await lab.get(path)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-cache')
    expect(answer.body).toContain('<div id="root">')
  })

  test('let through the styles of this very answer, and no script but files', async () => {
    const [one, two] = [await lab.get('/admin/'), await lab.get('/admin/')]
    const nonce = nonceOf(one.headers['content-security-policy'])

    expect(nonce).toBeTruthy()
    expect(one.body).toContain(`nonce="${nonce}"`)
    expect(nonceOf(two.headers['content-security-policy'])).not.toBe(nonce)
    expect(one.headers['content-security-policy']).toContain("script-src 'self';")
    expect(one.headers['content-security-policy']).not.toContain('unsafe')
  })
})

describe.runIf(!existsSync(join(BUILT_PAGES, 'index.html')))('pages that are not built yet', () => {
  test('say so, and look again', async () => {
    const answer = await lab.get('/admin/subjects/subject/')

    expect(answer.statusCode).toBe(503)
    expect(answer.headers.refresh).toBe('3')
    expect(answer.body).toContain('The pages are being made')
  })
})
