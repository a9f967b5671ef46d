import { createHmac } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { request as requestPlainly } from 'node:http'
import { request as requestEncrypted } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { trustedProxies } from '../auth/client-address.ts'

/** A call to be made. */
export interface HookCall {
  /** The same for each try, so that who gets it twice can tell. */
  readonly id: string
  readonly url: string
  readonly secret: string
  /** JSON. */
  readonly body: string
}

/** A call that nobody took, in a sentence for the person who gave the address. */
class HookRefused extends Error {
  override readonly name = 'HookRefused'
}

export interface HookSettings {
  /** Addresses and networks inside that may be called nevertheless; the words `loopback` and `private` too. */
  readonly privateAddresses: readonly string[]
}

const PATIENCE_MS = 10_000

/** Networks that are not the internet: what is reached there trusts those who are inside. */
const INSIDE = new BlockList()
for (const [network, bits, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
] as const)
  INSIDE.addSubnet(network, bits, family)
/** Of the newer addresses these are of the internet, and all others are not. Source: IANA, IPv6 global unicast. */
const OUTSIDE = new BlockList()
OUTSIDE.addSubnet('2000::', 3, 'ipv6')
/** Ways from new addresses to old ones, which may lead inside: 6to4 and Teredo. */
const DISGUISES = new BlockList()
DISGUISES.addSubnet('2002::', 16, 'ipv6')
DISGUISES.addSubnet('2001::', 32, 'ipv6')

/** Whether an address belongs to the internet. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !INSIDE.check(address, 'ipv4')
  return isIP(address) === 6 && OUTSIDE.check(address, 'ipv6') && !DISGUISES.check(address, 'ipv6')
}

/**
 * Makes calls. A name is looked up once, and the call goes to the very address that was judged, so that a name which
 * means something else a moment later gains nothing. Answers that lead elsewhere are not followed.
 */
export function openHooks({ privateAddresses }: HookSettings): (call: HookCall) => Promise<void> {
  const allowed = trustedProxies(privateAddresses)
  const mayCall = (address: string) => isPublic(address) || allowed.has(address)
  return async (call) => {
    const { protocol, hostname } = new URL(call.url)
    const host = hostname.replace(/^\[|\]$/g, '')
    const found = await lookup(host, { all: true }).catch(() => {
      throw new HookRefused(`There is no machine with the name "${host}".`)
    })
    const target = found.find(({ address }) => mayCall(address))
    if (!target)
      throw new HookRefused(
        `"${host}" is an address inside this network, and those are not called unless ALYX_WEB_HOOK_PRIVATE_ADDRESSES allows it.`,
      )
    await posted(protocol === 'https:' ? requestEncrypted : requestPlainly, call, target)
  }
}

/** What whoever is called compares: only those who know the secret can make it, and it cannot be used again much later. */
const signatureOf = ({ secret, body }: Pick<HookCall, 'secret' | 'body'>, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`

function posted(request: typeof requestPlainly, call: HookCall, target: LookupAddress): Promise<void> {
  const known: LookupFunction = (_, { all }, answer) =>
    all ? answer(null, [target]) : answer(null, target.address, target.family)
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(call.body),
    'user-agent': 'Alyx',
    'x-alyx-call': call.id,
    'x-alyx-signature': signatureOf(call, Math.floor(Date.now() / 1000)),
  }
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const refuse = (why: string) => reject(new HookRefused(why))
    request(call.url, { method: 'POST', headers, lookup: known, agent: false, signal }, (response) => {
      const code = response.statusCode ?? 0
      response.destroy()
      if (code >= 200 && code < 300) resolve()
      else refuse(`It answered ${code}.`)
    })
      .on('error', (error) => refuse(signal.aborted ? 'It did not answer within 10 seconds.' : error.message))
      .end(call.body)
  })
}
