import type { Database } from '../packages/server/src/database/index.ts'
import type { Floor } from './floors.ts'
import { type Answer, load, type Sent, statementsOf, timesOf } from './load.ts'
import { clusterMs, processMs } from './processor-time.ts'
import type { MeasuredRequest } from './requests.ts'

interface Durations {
  readonly warmUpMs: number
  readonly measuredMs: number
  readonly floorMs: number
}

export interface Measured {
  readonly request: MeasuredRequest
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of one request. */
  readonly nodeMs: number
  readonly postgresMs: number
  /** Processor time of the same rows by flat SQL, client and PostgreSQL together. */
  readonly floorMs: number
  readonly statements: number
  readonly kilobytes: number
  /** Statuses other than 200, each once. */
  readonly refused: readonly number[]
}

export interface Bench {
  readonly address: string
  readonly token: string
  readonly serverPid: number
  readonly postmasterPid: number
  readonly database: Database
  readonly durations: Durations
}

/** Connections that ask at the same time. */
export const CONNECTIONS = 4

export async function measure(bench: Bench, request: MeasuredRequest, floor: Floor): Promise<Measured> {
  const { address, token, serverPid, postmasterPid, durations } = bench
  const run = (milliseconds: number) =>
    load(address, token, CONNECTIONS, reading(request.path), (_, gone) => gone >= milliseconds)
  await run(durations.warmUpMs)
  const nodeBefore = processMs(serverPid)
  const postgresBefore = clusterMs(postmasterPid)
  const { answers, seconds } = await run(durations.measuredMs)
  const nodeMs = (processMs(serverPid) - nodeBefore) / answers.length
  const postgresMs = (clusterMs(postmasterPid) - postgresBefore) / answers.length
  return {
    request,
    perSecond: answers.length / seconds,
    ...timesOf(answers),
    nodeMs,
    postgresMs,
    floorMs: await floorOf(bench, floor),
    statements: Math.max(...answers.map(statementsOf)),
    kilobytes: sum(answers, ({ bytes }) => bytes) / answers.length / 1000,
    refused: [...new Set(answers.map(({ status }) => status))].filter((status) => status !== 200),
  }
}

/** Processor time of one floor, here and in PostgreSQL, ms. */
async function floorOf({ database, postmasterPid, durations }: Bench, floor: Floor): Promise<number> {
  const rounds = async (milliseconds: number) => {
    let done = 0
    const began = performance.now()
    const keepBusy = async () => {
      while (performance.now() - began < milliseconds) {
        done += 1
        await floor(database, done)
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, keepBusy))
    return done
  }
  await rounds(durations.floorMs / 4)
  const here = process.cpuUsage()
  const before = clusterMs(postmasterPid)
  const done = await rounds(durations.floorMs)
  const { user, system } = process.cpuUsage(here)
  return ((user + system) / 1000 + clusterMs(postmasterPid) - before) / done
}

/** Sends so many requests, mostly small ones and no searches, to see what the server keeps. @returns those that failed */
export async function endure(bench: Bench, requests: readonly MeasuredRequest[], count: number): Promise<Answer[]> {
  const small = requests.filter(({ page, search }) => !page && !search)
  const large = requests.filter(({ page }) => page)
  const LARGE_EVERY = 10
  const path = (nth: number) => {
    const kinds = nth % LARGE_EVERY === 0 ? large : small
    return (kinds[nth % kinds.length] as MeasuredRequest).path(nth)
  }
  const { answers } = await load(bench.address, bench.token, CONNECTIONS, reading(path), (sent) => sent >= count)
  return answers.filter(({ status }) => status !== 200)
}

const reading =
  (path: (nth: number) => string) =>
  (nth: number): Sent => ({ method: 'GET', path: path(nth) })

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0)
