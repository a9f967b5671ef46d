import { fileBelow } from '../media/disk-store.ts'

/** A folder of this machine by the path under which the network knows it: `//server/share`. */
export interface Mount {
  readonly network: string
  readonly local: string
}

/** A part of a file. */
export interface FilePart {
  readonly from: number
  readonly bytes: Buffer
  /** Of the whole file. */
  readonly length: number
}

/** A share of which nothing is heard so long is not waited for. */
const PATIENCE_MS = 1_500
/** A dead share holds a thread for each question, and the whole program has four. */
const MOST_READING = 2

/** Paths as one compares them: Windows writes them the other way round, and minds no capitals in them. */
const folded = (path: string): string => path.toLowerCase()
const slashed = (path: string): string => {
  const forward = path.replaceAll('\\', '/')
  return `${forward.startsWith('//') ? '/' : ''}${forward.replace(/\/+/g, '/')}`.replace(/(?<=.)\/$/, '')
}

/**
 * Reads mappings as an administrator writes them: `//server/share=/mnt/share`, separated by commas.
 *
 * @returns undefined when one of them is none
 */
export function readMounts(text: string): readonly Mount[] | undefined {
  const mounts = text.split(',').map((one) => {
    const [network = '', local = '', ...more] = one.split('=').map((part) => part.trim())
    return more.length === 0 ? { network: slashed(network), local } : { network: '', local }
  })
  const right = ({ network, local }: Mount): boolean =>
    /^\/./.test(network) && !network.split('/').includes('..') && /^\/./.test(local)
  return mounts.every(right) ? mounts : undefined
}

/** Files on shares of the laboratory that are mounted on this machine, and nothing outside of them. Only ever read. */
export class Mounts {
  /** The most exact first. */
  readonly #mounts: readonly Mount[]
  readonly #patienceMs: number
  readonly #turns: (() => void)[] = []
  #reading = 0
  /** Of those, how many nobody waits for any more. */
  #late = 0

  constructor(mounts: readonly Mount[], patienceMs: number = PATIENCE_MS) {
    this.#mounts = mounts.toSorted((one, other) => other.network.length - one.network.length)
    this.#patienceMs = patienceMs
  }

  get any(): boolean {
    return this.#mounts.length > 0
  }

  /**
   * Reads a part of a file by its path in the network.
   *
   * @returns undefined when there is no such file, no mount leads to it, it lies outside, or its share does not answer
   */
  async read(path: string, from: number, mostBytes: number): Promise<FilePart | undefined> {
    const place = this.#placeOf(path)
    if (place === undefined || this.#late >= MOST_READING) return undefined
    let state: 'waits' | 'reads' | 'given up' = 'waits'
    const reading = this.#inTurn(async () => {
      if (state === 'given up') return undefined
      state = 'reads'
      return readPart(place.root, place.path, from, mostBytes)
    }).catch(() => undefined)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        if (state === 'reads') {
          this.#late += 1
          void reading.then(() => {
            this.#late -= 1
          })
        }
        state = 'given up'
        resolve(undefined)
      }, this.#patienceMs)
    })
    return Promise.race([reading, late]).finally(() => clearTimeout(timer))
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#reading >= MOST_READING) await new Promise<void>((resolve) => this.#turns.push(resolve))
    else this.#reading += 1
    try {
      return await work()
    } finally {
      const next = this.#turns.shift()
      if (next) next()
      else this.#reading -= 1
    }
  }

  #placeOf(path: string): { root: string; path: string } | undefined {
    const wanted = slashed(path)
    if (wanted.split('/').some((part) => part === '..' || part === '.')) return undefined
    const mount = this.#mounts.find(({ network }) => folded(wanted).startsWith(`${folded(network)}/`))
    return mount && { root: mount.local, path: wanted.slice(mount.network.length + 1) }
  }
}

async function readPart(root: string, path: string, from: number, mostBytes: number): Promise<FilePart | undefined> {
  const file = await fileBelow(root, path)
  if (file === undefined) return undefined
  const start = Math.min(from, file.bytes)
  const end = Math.min(start + mostBytes, file.bytes)
  if (end === start) return { from: start, bytes: Buffer.alloc(0), length: file.bytes }
  const pieces: Buffer[] = []
  for await (const piece of await file.open({ start, end: end - 1 })) pieces.push(piece as Buffer)
  return { from: start, bytes: Buffer.concat(pieces), length: file.bytes }
}
