import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { trustedProxies } from '../auth/client-address.ts'
import { parseRate } from '../auth/throttle.ts'
import { readSmtpUrl } from '../mail/index.ts'
import { type Mount, readMounts } from '../mounts/index.ts'

/** What values of a setting look like, and how a person writes one. */
export interface Kind<T> {
  /** For people, after "must be": `a whole number from 1 to 65535`. */
  readonly expected: string
  /** @returns undefined when the text is none of it. */
  read(text: string, place: Place): T | undefined
  /** As a person would write the value; absent when `String` does. */
  write?(value: T): string
}

/** What values are relative to. */
export interface Place {
  /** Absolute path of the working folder. */
  readonly workingFolder: string
}

export function text(expected = 'a text', pattern = /^/): Kind<string> {
  return { expected, read: (value) => (pattern.test(value) ? value : undefined) }
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Kind<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`
  return {
    expected: `a whole number${range}`,
    read: (value) => within(/^\d+$/.test(value) ? Number(value) : Number.NaN, least, most),
  }
}

export function decimal(least: number, most: number): Kind<number> {
  return {
    expected: `a number from ${least} to ${most}`,
    read: (value) => within(/^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN, least, most),
  }
}

const within = (value: number, least: number, most: number) => (value >= least && value <= most ? value : undefined)

export const flag: Kind<boolean> = {
  expected: 'true or false',
  read(value) {
    if (/^(true|t|yes|y|on|1)$/i.test(value)) return true
    if (/^(false|f|no|n|off|0)$/i.test(value)) return false
    return undefined
  },
}

/** On as soon as anything is written, as Alyx reads some of its variables. */
export const presence: Kind<boolean> = { expected: 'anything, for yes', read: () => true }

/** One of several words; `also` are other spellings of them. Case does not matter. */
export function choice<const T extends string>(values: readonly T[], also: Readonly<Record<string, T>> = {}): Kind<T> {
  const spellings = new Map<string, T>([...Object.entries(also), ...values.map((value) => [value, value] as const)])
  return {
    expected: values.length > 1 ? `${values.slice(0, -1).join(', ')} or ${values.at(-1)}` : `${values[0]}`,
    read: (value) => spellings.get(value.toLowerCase()),
  }
}

/** Absolute path of a folder; written relative to the working folder, or to the home folder with `~`. */
export const folder: Kind<string> = {
  expected: 'a folder, such as /srv/alyx',
  read: (value, { workingFolder }) =>
    isUrl(value) || value.includes('\0') ? undefined : resolve(workingFolder, value.replace(/^~(?=\/|$)/, homedir())),
}

/** Absolute path of a folder, or an address that is kept as it is. */
export function folderOrUrl(...schemes: readonly string[]): Kind<string> {
  return {
    expected: `a folder, or an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    read: (value, place) => (startsWithOneOf(schemes, value) ? value : folder.read(value, place)),
  }
}

const isUrl = (value: string) => /^[a-z][a-z\d+.-]*:\/\//i.test(value)

const startsWithOneOf = (schemes: readonly string[], value: string) =>
  schemes.some((scheme) => value.toLowerCase().startsWith(`${scheme}://`) && URL.canParse(value))

export const postgresUrl: Kind<string> = {
  expected: 'written as postgres://user:password@host:5432/database, special characters of the password as %XX',
  // No URL.canParse: the form for unix sockets, postgres://user@/database?host=/folder, is no URL to it.
  read: (value) => (/^postgres(ql)?:\/\/[^\s]+$/.test(value) ? value : undefined),
}

/** `amqp://`, or as Celery writes it, `pyamqp://`; read as the library does, which knows no `pyamqp` and no path `//`. */
export const brokerUrl: Kind<string> = {
  expected: 'written as amqp://user:password@host:5672/vhost or amqps://..., special characters of the password as %XX',
  read(value) {
    const url = value.replace(/^pyamqp(s?):/i, 'amqp$1:').replace(/^(amqps?:\/\/[^/]*)\/\/$/i, '$1/%2F')
    return /^amqps?:\/\/[^\s/]+(\/[^\s/]*)?$/i.test(url) && URL.canParse(url) ? url : undefined
  },
}

export const smtpUrl: Kind<string> = {
  expected:
    'written as smtp://user:password@host:587 or smtps://user:password@host:465, special characters of the password as %XX',
  read: (value) => (readSmtpUrl(value) ? value : undefined),
}

/** A name of the tz database: offsets such as +01:00 mean opposite things to PostgreSQL and to everybody else. */
export const timeZone: Kind<string> = {
  expected: 'a name of the tz database, such as UTC or Europe/London',
  read(value) {
    if (!/^[A-Z][\w+-]*(\/[\w+-]+)*$/i.test(value)) return undefined
    try {
      new Intl.DateTimeFormat('en', { timeZone: value })
      return value
    } catch {
      return undefined
    }
  },
}

export const uuid: Kind<string> = {
  expected: 'a UUID, such as 4027da48-7be3-43ec-a222-f75dffe36872',
  read: (value) => (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value) ? value.toLowerCase() : undefined),
}

/** How often somebody may ask. */
export const rate: Kind<string> = {
  expected: 'a count, "/" and second, minute, hour or day, such as 550/minute',
  read(value) {
    try {
      parseRate(value)
      return value
    } catch {
      return undefined
    }
  },
}

/** Peers that may say for whom they speak. */
export const proxies: Kind<readonly string[]> = {
  expected: 'addresses, networks or the words loopback and private, separated by commas, such as loopback,10.0.0.0/8',
  read(value) {
    const entries = value.split(',').map((entry) => entry.trim())
    try {
      trustedProxies(entries)
      return Object.freeze(entries)
    } catch {
      return undefined
    }
  },
  write: (value) => value.join(','),
}

/** Names of this server, as requests say them. */
export const hostNames: Kind<readonly string[]> = {
  expected: 'names or addresses of hosts without ports, separated by commas, such as alyx.example.org,10.0.0.5',
  read(value) {
    const names = value.split(',').map((name) => name.trim().toLowerCase())
    const each = (name: string) =>
      name === '*' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || /^\.?[\w-]+(\.[\w-]+)*$/.test(name)
    return names.every(each) ? Object.freeze(names) : undefined
  },
  write: (value) => value.join(','),
}

/** Names, or beginnings of names. */
export const names: Kind<readonly string[]> = {
  expected: 'names separated by commas, such as flatiron,aws',
  read(value) {
    const words = value.split(',').map((word) => word.trim())
    return words.every((word) => word !== '') ? Object.freeze(words) : undefined
  },
  write: (value) => value.join(','),
}

/** Another page, of this server or elsewhere. */
export const pathOrUrl: Kind<string> = {
  expected: 'a path such as /services/celery/, or an address that starts with http:// or https://',
  read: (value) =>
    /^\/(?!\/)[\w./~-]*$/.test(value) || (/^https?:\/\//.test(value) && URL.canParse(value)) ? value : undefined,
}

/** Shares by the paths that the network knows, and the folders in which they are mounted here. */
export const mounts: Kind<readonly Mount[]> = {
  expected:
    'paths of the network with the folders where they are mounted, such as //cajal/data=/mnt/cajal, separated by commas',
  read: readMounts,
  write: (value) => value.map(({ network, local }) => `${network}=${local}`).join(','),
}

/** A JSON object from names to texts. */
export const texts: Kind<Readonly<Record<string, string>>> = {
  expected: 'a JSON object of texts, such as {"Headplate implant": "Animal was anaesthetised ..."}',
  read(value) {
    try {
      const object: unknown = JSON.parse(value)
      if (object === null || typeof object !== 'object' || Array.isArray(object)) return undefined
      return Object.values(object).every((each) => typeof each === 'string')
        ? Object.freeze(object as never)
        : undefined
    } catch {
      return undefined
    }
  },
  write: (value) => JSON.stringify(value),
}
