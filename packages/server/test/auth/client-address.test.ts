import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { trustedProxies } from '../../src/auth/client-address.ts'

/** Whom the server takes for the client of a request from `peer`, trusting this machine and 10.0.0.0/8. */
async function clientOf(peer: string, headers: Record<string, string>) {
  const app = fastify({ trustProxy: trustedProxies(['loopback', '10.0.0.0/8']).has })
  app.get('/', ({ ip, protocol }) => `${protocol} ${ip}`)
  const response = await app.inject({ url: '/', remoteAddress: peer, headers })
  await app.close()
  return response.body
}

describe('the client of a request', () => {
  test.each([
    { from: 'a rig', peer: '192.168.1.7', headers: {}, client: 'http 192.168.1.7' },
    {
      from: 'a rig that claims to be another',
      peer: '192.168.1.7',
      headers: { 'x-forwarded-for': '192.168.1.8', 'x-forwarded-proto': 'https' },
      client: 'http 192.168.1.7',
    },
    {
      from: 'a rig behind our proxy',
      peer: '10.0.0.5',
      headers: { 'x-forwarded-for': '192.168.1.7', 'x-forwarded-proto': 'https' },
      client: 'https 192.168.1.7',
    },
    {
      from: 'a rig that lies behind our proxy',
      peer: '10.0.0.5',
      headers: { 'x-forwarded-for': '127.0.0.1, 192.168.1.7' },
      client: 'http 192.168.1.7',
    },
    {
      from: 'a rig behind two of our proxies',
      peer: '::ffff:127.0.0.1',
      headers: { 'x-forwarded-for': '192.168.1.7, 10.0.0.5' },
      client: 'http 192.168.1.7',
    },
    { from: 'our proxy itself', peer: '10.0.0.5', headers: {}, client: 'http 10.0.0.5' },
  ])('from $from is $client', async ({ peer, headers, client }) => expect(await clientOf(peer, headers)).toBe(client))
})

describe('a proxy is trusted', () => {
  test.each([
    ['10.0.0.5', '10.0.0.5'],
    ['10.0.0.0/8', '10.255.0.1'],
    ['10.0.0.0/8', '::ffff:10.255.0.1'],
    ['2001:db8::/32', '2001:db8::1'],
    ['0.0.0.0/0', '8.8.8.8'],
    ['loopback', '127.0.0.1'],
    ['loopback', '::1'],
    ['private', '172.20.0.3'],
    ['private', 'fe80::1%eth0'],
  ])('as %s at %s', (entry, address) => expect(trustedProxies([entry]).has(address)).toBe(true))

  test.each([
    ['10.0.0.5', '10.0.0.6'],
    ['private', '172.32.0.1'],
    ['private', '127.0.0.1'],
    ['loopback', 'localhost'],
    ['loopback', ''],
  ])('not as %s at %s', (entry, address) => expect(trustedProxies([entry]).has(address)).toBe(false))

  test('not when none is', () => expect(trustedProxies([]).has('127.0.0.1')).toBe(false))
})

test.each(['', 'proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', '::1/129', '10.0.0.0/-1'])(
  '%j is refused as a proxy at the start',
  (entry) => expect(() => trustedProxies(['loopback', entry])).toThrow(`"${entry}" is not a proxy`),
)
