import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { CallRefused, ServerAway, TokenRefused } from '../../src/server/failures.ts'
import { transportTo } from '../../src/server/transport.ts'

const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** Something that answers every call alike, as Alyx itself never would. */
async function answering(status: number, body: string, headers: Record<string, string> = {}): Promise<string> {
  const server: Server = createServer((_, answer) => answer.writeHead(status, headers).end(body))
  open.push(server)
  return listening(server)
}

async function listening(server: Server | ReturnType<typeof createSocketServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const call = (address: string) =>
  transportTo(address, () => 'secret', { patienceMs: 300 }).call('POST', '/x', { body: {} })

describe('what passes is told from what does not', () => {
  test.each([
    ['a proxy that cannot reach the server', 502, '<html>Bad gateway</html>', ServerAway],
    ['a server in trouble', 500, '{"error":{"code":"internal","message":"Number 7"}}', ServerAway],
    ['a server that asks for patience', 429, '{"error":{"message":"Too many"}}', ServerAway],
    ['a page that is not ours', 200, '<html>Welcome to the hotel</html>', ServerAway],
    ['half an answer', 200, '{"attempts": [', ServerAway],
    ['a list where an object belongs', 200, '[]', ServerAway],
    ['a token that is unknown', 403, '{"error":{"code":"bad_credentials","message":"Invalid token."}}', TokenRefused],
    ['a proxy that wants to know who we are', 401, '', TokenRefused],
    ['a refusal', 409, '{"error":{"code":"conflict","message":"No","details":{"superseded":true}}}', CallRefused],
    ['another address', 301, '', CallRefused],
  ])('%s', async (_, status, body, kind) => {
    await expect(call(await answering(status, body))).rejects.toBeInstanceOf(kind)
  })

  test('details of a refusal, and the time that a server asks for, are handed on', async () => {
    const refusal = await answering(409, '{"error":{"code":"conflict","message":"No","details":{"length":7}}}')
    await expect(call(refusal)).rejects.toMatchObject({ status: 409, code: 'conflict', details: { length: 7 } })

    await expect(call(await answering(503, '{}', { 'retry-after': '12' }))).rejects.toMatchObject({
      retryAfterSeconds: 12,
    })
  })

  test('a server that takes calls and never answers is away', async () => {
    const hole = createSocketServer(() => undefined)
    open.push(hole)
    await expect(call(await listening(hole))).rejects.toThrow('no answer within 0 s')
  })

  test('a server that nobody listens for is away, and says why', async () => {
    const address = await answering(200, '{}')
    open.splice(0)[0]!.close()
    await expect(call(address)).rejects.toThrow('ECONNREFUSED')
  })
})
