import { access, chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { root } from '../running/places.ts'
import { type Farm, numbersIn, runs, script, settled, startFarm } from '../worker/farm.ts'

const PATIENCE_MS = 120_000
vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS })

let farm: Farm
beforeAll(async () => {
  farm = await startFarm()
})
afterAll(() => farm.close())

const exists = (name: string) =>
  access(join(farm.folder, name)).then(
    () => true,
    () => false,
  )

describe('a machine that is set up', () => {
  const words = (...more: string[]) => [join(root, 'packages/worker/bin/alyx-worker.js'), ...more]
  const own = () => join(farm.folder, 'own.yaml')

  test('has a configuration to begin with, a token that nobody else can read, and is told what is wrong', async () => {
    const init = () => farm.start(words('init', '--server', farm.address, '--name', 'own', '--config', own()))
    expect(await init().ended()).toBe(0)
    expect(await init().ended()).toBe(1)
    const login = (input: string) => farm.start(words('login', '--config', own()), input)
    const checked = farm.start(words('check', '--config', own()))
    expect([await checked.ended(), checked.screen()]).toEqual([1, expect.stringContaining('BAD  server')])

    expect(await login('runner\nwrong\n').ended()).toBe(1)
    const good = login(`runner\n${farm.password}\n`)
    expect([await good.ended(), good.screen()]).toEqual([0, expect.stringContaining('readable by you alone')])
    const file = /in (\S+\.token)/.exec(good.screen())![1]!
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readFile(file, 'utf8')).trim()).toBe(farm.token)
    const check = farm.start(words('check', '--config', own()))
    expect([await check.ended(), check.screen()]).toEqual([0, expect.not.stringContaining('BAD')])

    await chmod(file, 0o644)
    const open = farm.start(words('run', '--once', '--config', own()))
    expect([await open.ended(), open.screen()]).toEqual([1, expect.stringContaining('chmod 600')])
    await chmod(file, 0o600)
  })

  test('says what it does', async () => {
    const status = () => farm.start(words('status', '--config', own()))
    expect(await status().ended()).toBe(3)
    const worker = farm.start(words('run', '--config', own()))
    await settled(async () => /ready for/.test(worker.screen()))

    const said = status()
    expect([await said.ended(), said.screen()]).toEqual([0, expect.stringContaining('own runs as process')])
    await worker.stop()
  })

  test('runs one task by hand, with its output on the screen, when it is ready', async () => {
    const [first, second] = await farm.tasks({ executable: 'hello' }, { executable: 'hello', parents: ['t0'] })
    const byHand = (task: string, ...more: string[]) => farm.start(words('run-task', task, '--config', own(), ...more))

    const early = byHand(second!)
    expect([await early.ended(), early.screen()]).toEqual([1, expect.stringContaining('waits for t0')])
    const dry = byHand(first!, '--dry-run')
    expect([await dry.ended(), dry.screen()]).toEqual([0, expect.stringContaining(`ALYX_TASK=${first}`)])
    const done = byHand(first!)
    expect([await done.ended(), done.screen()]).toEqual([0, expect.stringContaining(`Hello, task ${first}`)])
    expect(await farm.job(first!)).toMatchObject({ status: 'Complete' })
    expect(await byHand(second!).ended()).toBe(0)
  })
})

describe('a worker', () => {
  test('runs commands in any language, with arguments in a file, and tells how each ended', async () => {
    const python = await script(
      farm,
      'sort.py',
      `
import json, os, sys
arguments = json.load(open(sys.argv[1]))
print('::alyx progress=0.5 step=sorting message=Half done')
print('::alyx version=1.2.0')
print('température', arguments['threshold'], '数据 🐭', flush=True)
sys.stderr.write('\\x1b[31mred\\x1b[0m\\n')
assert open(os.environ['ALYX_TOKEN_FILE']).read()
sys.exit(arguments.get('code', 0))
`,
    )
    const [complete, incomplete, empty, shell, failed, transient, unknown] = await farm.tasks(
      { name: 'complete', executable: 'lab.python', arguments: { threshold: 0.5 } },
      { name: 'incomplete', executable: 'lab.python', arguments: { threshold: 1, code: 3 } },
      { name: 'empty', executable: 'lab.python', arguments: { threshold: 1, code: 4 } },
      { name: 'shell', executable: 'lab.shell', arguments: { 'a b': 1 } },
      { name: 'failed', executable: 'lab.node' },
      { name: 'transient', executable: 'lab.busy', max_attempts: 1 },
      { name: 'unknown', executable: 'lab.absent' },
    )
    const worker = await farm.worker({
      name: 'languages',
      words: ['run', '--until-empty'],
      more: 'slots: 2',
      commands: `
  python: {executable: lab.python, run: [python3, ${python}, "{arguments}"], exit_codes: {incomplete: [3], empty: [4]}}
  shell: {executable: lab.shell, shell: true, run: 'cat "$ALYX_ARGUMENTS_FILE"; pwd; echo "$ALYX_TASK_NAME" >&2'}
  node: {executable: lab.node, run: [node, -e, "throw new TypeError('no spikes')"]}
  busy: {executable: lab.busy, run: [sh, -c, "echo the licence is taken; exit 75"]}
  absent: {executable: lab.absent, run: [./no-such-program]}`,
    })

    expect(await worker.ended()).toBe(1)

    const [done] = (await farm.job(complete!)).attempts
    expect(done).toMatchObject({ outcome: 'succeeded', detail: 'Complete', version: '1.2.0', worker: 'languages' })
    expect(done).toMatchObject({ step: 'sorting', message: 'Half done' })
    expect(await farm.log(done!.id)).toBe('température 0.5 数据 🐭\n\u001b[31mred\u001b[0m\n')
    expect(await farm.job(incomplete!)).toMatchObject({ status: 'Incomplete' })
    expect(await farm.job(empty!)).toMatchObject({ status: 'Empty' })
    const said = await farm.log((await farm.job(shell!)).attempts[0]!.id)
    expect(said).toMatch(/^\{"a b":1\}\S+state-languages\/attempts\/[\w-]+\/work\nshell\n$/)
    expect((await farm.job(failed!)).attempts[0]).toMatchObject({ outcome: 'failed', error_type: 'Exit code 1' })
    expect((await farm.job(transient!)).attempts[0]).toMatchObject({
      outcome: 'failed',
      error_message: 'The command ended with exit code 75: the licence is taken',
    })
    expect((await farm.job(unknown!)).attempts[0]).toMatchObject({ error_type: 'ProgramNotFound' })
    expect(await exists(`state-languages/attempts/${done!.id}`)).toBe(false)
  })

  test('stops a command that is cancelled, with all that it has started, however stubborn', async () => {
    const [task] = await farm.tasks({ executable: 'lab.stubborn' })
    await farm.worker({
      name: 'cancelling',
      more: 'grace: 1s',
      commands: `
  stubborn:
    executable: lab.stubborn
    shell: true
    run: |
      trap '' TERM
      sh -c 'trap "" TERM; echo $$ >> ${farm.folder}/stubborn; while :; do sleep 1; done' &
      setsid sh -c 'trap "" TERM; echo $$ >> ${farm.folder}/stubborn; while :; do sleep 1; done' &
      echo $$ >> ${farm.folder}/stubborn; while :; do sleep 1; done`,
    })
    expect(await settled(async () => (await numbersIn(farm, 'stubborn')).length === 3)).toBe(true)

    await farm.call('POST', '/api/v1/jobs/actions', { action: 'cancel', tasks: [task!] })
    const { status, attempts } = await farm.until(task!, ({ status }) => status === 'Abandoned', 40_000)

    expect(status).toBe('Abandoned')
    expect(attempts).toMatchObject([{ outcome: 'cancelled' }])
    const left = await Promise.all((await numbersIn(farm, 'stubborn')).map(runs))
    expect(left).toEqual([false, false, false])
  })

  test('stops a command after the time that the task allows, or the machine when that is less', async () => {
    const [slow, slower] = await farm.tasks(
      { executable: 'lab.sleep', timeout_seconds: 1 },
      { executable: 'lab.sleep', timeout_seconds: 3600 },
    )
    const worker = await farm.worker({
      name: 'limits',
      words: ['run', '--until-empty'],
      more: 'slots: 2',
      commands: '  sleep: {executable: lab.sleep, run: [sleep, "60"], timeout: 2s}',
    })
    await worker.ended()

    for (const task of [slow!, slower!])
      expect(await farm.job(task)).toMatchObject({ status: 'Errored', attempts: [{ error_type: 'TimeLimit' }] })
  })

  test('stops what the server has given to somebody else', async () => {
    const [task] = await farm.tasks({ executable: 'lab.superseded' })
    const first = await farm.worker({
      name: 'superseded',
      commands: `  long: {executable: lab.superseded, shell: true, run: 'echo $$ >> ${farm.folder}/superseded; sleep 120'}`,
    })
    expect(await settled(async () => (await numbersIn(farm, 'superseded')).length === 1)).toBe(true)
    const [pid] = await numbersIn(farm, 'superseded')

    await farm.call('POST', '/api/v1/jobs/actions', { action: 'abandon', tasks: [task!] })

    expect(await settled(async () => !(await runs(pid!)), 30_000)).toBe(true)
    expect(await settled(async () => /was stopped: the server/.test(first.screen()))).toBe(true)
    expect(await farm.job(task!)).toMatchObject({ status: 'Abandoned', attempts: [{ outcome: 'cancelled' }] })
    await first.stop()
  })

  test(
    'keeps its memory while a command prints a hundred megabytes, and all of them arrive',
    async () => {
      const [task] = await farm.tasks({ executable: 'lab.loud' })
      const worker = await farm.worker({
        name: 'loud',
        words: ['run'],
        commands: `  loud: {executable: lab.loud, shell: true, run: 'yes "0123456789 température 37 °C" | head -c 100000000; echo; echo the end'}`,
      })
      const { attempts } = await farm.until(task!, ({ status }) => status === 'Complete', 90_000)

      const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${worker.child.pid}/status`, 'utf8'))
      expect(attempts[0]!.log_bytes).toBe(100_000_000 + '\nthe end\n'.length)
      expect((await farm.log(attempts[0]!.id)).endsWith('\nthe end\n')).toBe(true)
      expect(Number(peak![1])).toBeLessThan(200_000)
      await worker.stop()
    },
    PATIENCE_MS,
  )

  test('that is asked to stop lets what runs end, and gives back what does not', async () => {
    const [quick, long] = await farm.tasks({ executable: 'lab.quick' }, { executable: 'lab.long' })
    const worker = await farm.worker({
      name: 'draining',
      more: 'slots: 2\ngrace: 1s\ndrain: 4s',
      commands: `
  quick: {executable: lab.quick, shell: true, run: 'touch ${farm.folder}/quick; sleep 2; echo done'}
  long: {executable: lab.long, shell: true, run: 'touch ${farm.folder}/long; sleep 120'}`,
    })
    expect(await settled(async () => (await exists('quick')) && (await exists('long')))).toBe(true)

    expect(await worker.stop('SIGTERM')).toBe(0)

    expect(await farm.job(quick!)).toMatchObject({ status: 'Complete' })
    expect(await farm.job(long!)).toMatchObject({ status: 'Waiting', attempts: [{ outcome: 'released' }] })
    await farm.call('POST', '/api/v1/jobs/actions', { action: 'abandon', tasks: [long!] })
  })

  test('shares tasks with others, each of which runs once; two of one name do not run', async () => {
    const tasks = await farm.tasks(
      ...Array.from({ length: 20 }, (_, n) => ({ name: `n${n}`, executable: 'lab.share' })),
    )
    const commands = `  share: {executable: lab.share, shell: true, run: 'echo $$ >> ${farm.folder}/shared; sleep 0.1'}`
    const lists = { more: 'slots: 2', commands, words: ['run', '--until-empty'] }

    const both = await Promise.all([farm.worker({ name: 'one', ...lists }), farm.worker({ name: 'two', ...lists })])
    await settled(async () => /begins/.test(both[0].screen()))
    const third = await farm.worker({ name: 'one', ...lists })

    expect(await third.ended()).toBe(1)
    expect(third.screen()).toContain('Two workers on one machine need two names')
    expect(await Promise.all(both.map((one) => one.ended()))).toEqual([0, 0])
    expect((await numbersIn(farm, 'shared')).length).toBe(20)
    for (const task of tasks) expect((await farm.job(task)).attempts.length).toBe(1)
  })
})
