import type { Database } from '../packages/server/src/database/index.ts'
import { raw } from '../packages/server/src/database/index.ts'
import type { Verdict } from './aims.ts'
import { nickname, pick, rowId, type Sizes, sessionFolder } from './laboratory.ts'
import { type Answer, load, type Sent, statementsOf, timesOf } from './load.ts'
import { type Bench, CONNECTIONS } from './measure.ts'
import { residentMib } from './processor-time.ts'

/** One kind of write; its nth form writes other rows of the same kind. */
interface MeasuredWrite {
  readonly name: string
  send(nth: number): Sent
  /** Requests a second of Alyx 3.6.1 on two cores, where it was measured. */
  readonly reference?: number
  /** How many times that is the aim. */
  readonly aim?: number
  readonly statements: number
}

export interface MeasuredWriting {
  readonly write: MeasuredWrite
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly statements: number
  readonly refused: readonly number[]
}

const post = (path: string, body: unknown): Sent => ({ method: 'POST', path, body: JSON.stringify(body) })
const patch = (path: string, body: unknown): Sent => ({ method: 'PATCH', path, body: JSON.stringify(body) })

/** Names of dataset types that a file belongs to by its own name. */
export async function typesByName(database: Database): Promise<readonly string[]> {
  const rows = await database.rows(
    raw(`select name from data_datasettype where coalesce(filename_pattern, '') = '' and name ~ '^[a-z]+[.][a-z]+$'
      order by name limit ${FILES}`),
  )
  return rows.map(([name]) => name as string)
}

const FILES = 20
const MANY_FILES = 500

/** Registration of files that nobody registered before: each request has folders of its own. */
function registration(sizes: Sizes, types: readonly string[], files: number): (nth: number) => Sent {
  return (nth) => {
    const session = 1 + pick(sizes.sessions - 1, nth)
    const filenames = Array.from(
      { length: files },
      (_, at) => `alf/run${nth}.${Math.floor(at / types.length)}/${types[at % types.length]}.npy`,
    )
    return post('/register-file', {
      path: sessionFolder(sizes, session),
      filenames,
      name: `bench_public_${pick(10, nth)}`,
      hashes: filenames.map((_, at) => `${nth}${at}`.padStart(40, '0')),
      filesizes: filenames.map((_, at) => 1000 + at),
      versions: filenames.map(() => '1.0'),
    })
  }
}

export function measuredWrites(sizes: Sizes, types: readonly string[]): readonly MeasuredWrite[] {
  const subject = (nth: number) => nickname(pick(sizes.subjects, nth))
  const session = (nth: number) => rowId('session', 1 + pick(sizes.sessions - 1, nth))
  const task = (nth: number) => rowId('task', pick(Math.min(sizes.sessions, 50_000), nth))
  return [
    {
      name: `register-file, ${FILES} files`,
      send: registration(sizes, types, FILES),
      reference: 1.3,
      aim: 50,
      statements: 20,
    },
    {
      name: 'weighing',
      send: (nth) => post('/weighings', { subject: subject(nth), weight: 20 + (nth % 50) / 10 }),
      reference: 56,
      aim: 10,
      statements: 10,
    },
    {
      name: 'session',
      send: (nth) =>
        post('/sessions', {
          subject: subject(nth),
          users: ['bench_user_1', 'bench_user_2'],
          projects: ['bench_project_1'],
          start_time: '2026-03-02T09:00:00',
          number: nth,
          task_protocol: '_bench_ephysWorld',
          json: { rig: 7 },
        }),
      statements: 16,
    },
    {
      name: 'JSON fields of a session',
      send: (nth) => patch(`/sessions/${session(nth)}`, { json: { rig: nth }, extended_qc: { share: 0.5, nth } }),
      statements: 12,
    },
    {
      name: 'task',
      send: (nth) =>
        patch(`/tasks/${task(nth)}`, { status: nth % 2 === 0 ? 'Complete' : 'Started', log: `line ${nth}\n` }),
      statements: 12,
    },
  ]
}

export async function measureWrite(
  { address, token, durations }: Bench,
  write: MeasuredWrite,
): Promise<MeasuredWriting> {
  let before = 0
  const run = async (milliseconds: number) => {
    const first = before
    const loaded = await load(
      address,
      token,
      CONNECTIONS,
      (nth) => write.send(first + nth),
      (_, gone) => gone >= milliseconds,
    )
    before += loaded.answers.length + CONNECTIONS
    return loaded
  }
  await run(durations.warmUpMs)
  const { answers, seconds } = await run(durations.measuredMs)
  return {
    write,
    perSecond: answers.length / seconds,
    ...timesOf(answers),
    statements: Math.max(...answers.map(statementsOf)),
    refused: refusals(answers),
  }
}

const refusals = (answers: readonly Answer[]): readonly number[] => [
  ...new Set(answers.map(({ status }) => status).filter((status) => status >= 300)),
]

/** What else is asked of writing. */
export interface WritingAsAWhole {
  /** Milliseconds that registering 500 files takes, the median of some. */
  readonly manyFilesMs: number
  /** How many times longer registering 20 files takes with the triggers of the history than without. */
  readonly timesWithHistory: number
  /** Resident memory after a fifth of the writes and after all of them, MiB. */
  readonly memory: { readonly writes: number; readonly earlyMib: number; readonly lateMib: number }
  readonly failed: number
}

export async function measureWriting(
  bench: Bench,
  sizes: Sizes,
  types: readonly string[],
  writes: number,
): Promise<WritingAsAWhole> {
  const { address, token, database, serverPid } = bench
  const many = registration(sizes, types, MANY_FILES)
  const rounds = await load(
    address,
    token,
    1,
    (nth) => many(2_000_000 + nth),
    (sent) => sent >= 7,
  )
  const manyFilesMs = median(rounds.answers.map(({ milliseconds }) => milliseconds))
  const timesWithHistory = await costOfHistory(bench, sizes, types)
  const light = measuredWrites(sizes, types).filter(({ name }) => !name.startsWith('register-file'))
  const send = (nth: number) => (light[nth % light.length] as MeasuredWrite).send(5_000_000 + nth)
  const early = await load(address, token, CONNECTIONS, send, (sent) => sent >= writes / 5)
  const earlyMib = residentMib(serverPid)
  const late = await load(
    address,
    token,
    CONNECTIONS,
    (nth) => send(writes + nth),
    (sent) => sent >= (writes * 4) / 5,
  )
  await database.rows(raw('select 1'))
  return {
    manyFilesMs,
    timesWithHistory,
    memory: { writes, earlyMib, lateMib: residentMib(serverPid) },
    failed: [...early.answers, ...late.answers].filter(({ status }) => status >= 300).length,
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number

const ROUNDS = 6
const PER_ROUND = 60

/** Registers with the triggers of the history and without, in turn, so that both see the same machine. */
async function costOfHistory(
  { address, token, database }: Bench,
  sizes: Sizes,
  types: readonly string[],
): Promise<number> {
  const send = registration(sizes, types, FILES)
  const ratios: number[] = []
  const seconds = async (from: number) =>
    (
      await load(
        address,
        token,
        1,
        (nth) => send(from + nth),
        (sent) => sent >= PER_ROUND,
      )
    ).seconds
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = 3_000_000 + round * 10_000
    const withHistory = await seconds(from)
    await switchHistory(database, 'disable')
    const without = await seconds(from + 5_000)
    await switchHistory(database, 'enable')
    ratios.push(withHistory / without)
  }
  return median(ratios)
}

async function switchHistory(database: Database, how: 'enable' | 'disable'): Promise<void> {
  await database.script(`do $$
declare t record;
begin
  for t in select c.oid::regclass as of_table, g.tgname as name from pg_trigger g join pg_class c on c.oid = g.tgrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_proc p on p.oid = g.tgfoid
      where n.nspname = 'public' and p.proname = 'remember' and not g.tgisinternal loop
    execute format('alter table %s ${how} trigger %I', t.of_table, t.name);
  end loop;
end $$`)
}

/** Judges writing by the aims. @param slack how many times further off it may be, for short runs on busy machines */
export function writingVerdicts(
  measured: readonly MeasuredWriting[],
  whole: WritingAsAWhole,
  slack: number,
): Verdict[] {
  const found = measured.flatMap(({ write, perSecond, statements, refused }): Verdict[] => [
    {
      text: `${write.name}: always answered${refused.length > 0 ? `, but ${refused.join(', ')}` : ''}`,
      holds: refused.length === 0,
    },
    {
      text: `${write.name}: ${statements} statements, at most ${write.statements}`,
      holds: statements <= write.statements,
    },
    ...(write.reference !== undefined && write.aim !== undefined
      ? [
          {
            text: `${write.name}: ${(perSecond / write.reference).toFixed(1)} x the reference, at least ${write.aim / slack}`,
            holds: perSecond / write.reference >= write.aim / slack,
          },
        ]
      : []),
  ])
  const { manyFilesMs, timesWithHistory, memory, failed } = whole
  return [
    ...found,
    {
      text: `register-file, 500 files: ${manyFilesMs.toFixed(0)} ms, at most ${300 * slack}`,
      holds: manyFilesMs <= 300 * slack,
    },
    {
      text: `register-file with the history: ${timesWithHistory.toFixed(2)} x without, at most ${slack > 1 ? 1.6 : 1.25}`,
      holds: timesWithHistory <= (slack > 1 ? 1.6 : 1.25),
    },
    {
      text: `memory after ${memory.writes} writes: ${memory.lateMib.toFixed(0)} MiB, ${memory.earlyMib.toFixed(0)} after a fifth of them`,
      holds: memory.lateMib <= memory.earlyMib * 1.25 + 25,
    },
    { text: `${memory.writes} more writes: ${failed} not answered`, holds: failed === 0 },
  ]
}

/** The results as a Markdown table. */
export function writingTable(measured: readonly MeasuredWriting[]): string {
  const rows = measured.map(({ write, perSecond, p50Ms, p99Ms, statements }) => [
    write.name,
    perSecond.toFixed(0),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    statements,
    write.reference ?? '',
    write.reference === undefined ? '' : (perSecond / write.reference).toFixed(0),
  ])
  const headings = ['Request', 'requests/s', 'p50 ms', 'p99 ms', 'statements', 'Alyx 3.6.1 requests/s', 'x']
  return [headings, ['---', ...headings.slice(1).map(() => '---:')], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
}
