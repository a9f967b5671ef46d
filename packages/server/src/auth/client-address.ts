/**
 * Which proxies are believed when they say who the client is. Fastify finds the client's address and scheme with it
 * (`trustProxy: proxies.has`): headers from anybody else are ignored, because anybody could write them to escape a
 * limit or to pose as another machine.
 */

import { BlockList, isIP } from 'node:net'

/** Names for the usual places of a proxy. */
const NAMED = new Map<string, readonly string[]>([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']],
])

export type TrustedProxies = {
  /** Whether the machine at this address is one of the proxies. Not bound to `this`, so it can be handed on. */
  readonly has: (address: string) => boolean
}

/**
 * @param entries addresses (`10.0.0.5`), networks (`10.0.0.0/8`), or the names `loopback` and `private`
 * @throws RangeError naming the entry that is none of these
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList()
  for (const entry of entries.flatMap((name) => NAMED.get(name) ?? [name])) {
    const [address = '', bits, ...rest] = entry.split('/')
    const version = isIP(address)
    const width = version === 4 ? 32 : 128
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (version === 0 || rest.length > 0 || !(prefix <= width))
      throw new RangeError(
        `"${entry}" is not a proxy. Write an address, a network such as 10.0.0.0/8, loopback or private.`,
      )
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    has(address) {
      const plain = plainAddress(address)
      return plain !== undefined && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** Without zone, and without the coat in which an IPv6 socket shows IPv4 addresses; undefined when it is none. */
function plainAddress(text: string): string | undefined {
  const bare = text.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')
  return isIP(bare) === 0 ? undefined : bare
}
