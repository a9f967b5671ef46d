import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import type { Checks } from './checks.ts'
import { type Composition, freePort } from './composition.ts'
import { ask } from './exchange.ts'
import { type Person, picture, writeNote } from './people.ts'

const run = promisify(execFile)

/** The same installation, encrypted. */
export async function tryEncrypted(checks: Checks, made: Composition, person: Person): Promise<void> {
  const { folder, address: plain } = made
  const httpsPort = await freePort()
  const secure = `https://localhost:${httpsPort}`
  const [certificate, key, acme] = ['certificate.pem', 'key.pem', 'acme'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    certificate,
    ...names,
  ])
  await mkdir(join(acme, '.well-known/acme-challenge'), { recursive: true })
  await writeFile(join(acme, '.well-known/acme-challenge/token'), 'challenge')
  await made.stopServer()
  await made.configure({
    https: true,
    https_port: httpsPort,
    certificate,
    certificate_key: key,
    acme_webroot: acme,
    host_names: ['localhost', '127.0.0.1'],
  })
  await made.startServer()
  const headers = { authorization: `Token ${person.token}` }

  checks.about('Encrypted')
  await checks.that('everything answers, files and application, with HSTS', async () => {
    for (const path of [
      '/static/robots.txt',
      '/media/2026/mouse.png',
      '/docs/',
      '/api/schema',
      '/static/none',
      '/services/celery/',
    ]) {
      const answer = await ask(secure, path, { headers })
      assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000', path)
    }
  })
  await checks.that(
    'plain requests are led to the encrypted port, and challenges of certificates are answered',
    async () => {
      const answer = await ask(plain, '/sessions?limit=1')
      assert.deepEqual([answer.status, answer.headers.location], [301, `${secure}/sessions?limit=1`])
      assert.equal((await ask(plain, '/x', { headers: { host: 'evil.example' } })).headers.location, `${secure}/x`)
      assert.equal((await ask(plain, '/.well-known/acme-challenge/token')).text(), 'challenge')
      const confused = await ask(secure.replace('https', 'http'), '/docs/')
      assert.deepEqual([confused.status, confused.headers.location], [301, `${secure}/docs/`])
    },
  )
  await checks.that('links are encrypted ones, cookies travel encrypted only', async () => {
    assert.match((await ask(secure, '/subjects?limit=1', { headers })).text(), new RegExp(`"url":"${secure}/`))
    assert.match(String((await ask(secure, '/auth/login/')).headers['set-cookie']), /csrftoken=.*Secure/)
  })
  await checks.that('a person signs in with a form, and another site cannot', async () => {
    const first = await ask(secure, '/auth/login/')
    const [cookie] = String(first.headers['set-cookie']).split(';')
    const token = /csrfmiddlewaretoken" value="(\w+)"/.exec(first.text())![1]!
    const body = new URLSearchParams({
      csrfmiddlewaretoken: token,
      username: person.username,
      password: person.password,
    })
    const send = (origin: string) =>
      ask(secure, '/auth/login/', {
        method: 'POST',
        headers: {
          cookie: cookie!,
          origin,
          referer: `${origin}/auth/login/`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: String(body),
      })
    assert.equal((await send('https://evil.example')).status, 403)
    const signedIn = await send(secure)
    assert.equal(signedIn.status, 302)
    assert.match(String(signedIn.headers['set-cookie']), /sessionid=[^;]+;.*Secure/)
  })
  await checks.that('pictures are uploaded', async () => {
    assert.equal((await writeNote(secure, person, picture(100_000))).status, 201)
  })
  await checks.that('HTTP/2 is spoken', async () => {
    const session = connectHttp2(secure, { rejectUnauthorized: false })
    try {
      const status = await new Promise<number>((resolve, reject) => {
        session.on('error', reject)
        const stream = session.request({ ':path': '/docs/' })
        stream.on('response', (answer) => resolve(Number(answer[':status'])))
        stream.on('error', reject)
        stream.resume()
        stream.end()
      })
      assert.equal(status, 200)
    } finally {
      session.destroy()
    }
  })
  await checks.that('TLS 1.3 and 1.2 are spoken, older ones not', async () => {
    assert.equal(await protocolOf(httpsPort, 'TLSv1.3'), 'TLSv1.3')
    assert.equal(await protocolOf(httpsPort, 'TLSv1.2'), 'TLSv1.2')
    await assert.rejects(protocolOf(httpsPort, 'TLSv1.1'))
  })
  await checks.that(
    'the application itself refuses plain requests that do not come from its own machine or proxy',
    async () => {
      const direct = `http://127.0.0.1:${made.applicationPort}`
      const passed = { host: 'localhost', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' }
      const answer = await ask(direct, '/sessions', { headers: { ...headers, ...passed } })
      assert.deepEqual([answer.status, answer.headers.location], [301, `${secure}/sessions`])
      const written = await ask(direct, '/auth-token', {
        method: 'POST',
        headers: { ...passed, 'content-type': 'application/json' },
        body: '{}',
      })
      assert.equal(written.status, 403)
    },
  )
}

function protocolOf(port: number, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
    } as const
    const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
      resolve(socket.getProtocol())
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
