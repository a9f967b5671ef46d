import { homedir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { commandFor } from '../../src/configuration/commands.ts'
import { understandConfiguration } from '../../src/configuration/configuration.ts'
import { template } from '../../src/configuration/template.ts'

const read = (text: string) => understandConfiguration('/etc/lab/alyx-worker.yaml', text)
const WITH_SERVER = 'server: https://alyx.example.org/\nname: rack\n'
const ONE_COMMAND = `${WITH_SERVER}commands:\n  sort:\n    run: [python, sort.py]\n`
const problems = (text: string): string => {
  try {
    read(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('a configuration', () => {
  test('needs no more than a server and a command', () => {
    const { server, slots, commands, tokenFile } = read(ONE_COMMAND)

    expect({ server, slots }).toEqual({ server: 'https://alyx.example.org', slots: 1 })
    expect(tokenFile).toContain('alyx.example.org.token')
    expect(commands).toMatchObject([{ name: 'sort', executables: ['sort'], cpu: 1, exitCodes: { complete: [0] } }])
  })

  test('that "init" writes is good as it stands, whatever the name of the machine', () => {
    const { name, commands } = read(template('http://127.0.0.1:8000', 'rack: "1" #'))

    expect(name).toBe('rack: "1" #')
    expect(commands.map((command) => command.name)).toEqual(['hello'])
  })

  test('has paths from its own folder, and from the home folder', () => {
    const { commands, tokenFile } = read(
      `${WITH_SERVER}token_file: ~/t\ncommands: {a: {run: [./bin/a, ./b]}, b: {run: [b], folder: "data/{lab}"}}`,
    )

    expect(tokenFile).toBe(`${homedir()}/t`)
    expect(commands[0]!.run).toEqual(['/etc/lab/bin/a', './b'])
    expect(commands[1]!.folder).toBe('/etc/lab/data/{lab}')
  })

  test.each([
    ['90s', 90],
    ['1.5h', 5400],
    ['2 days', 172_800],
    ['20 min', 1200],
    [45, 45],
  ])('takes %j as a time', (written, seconds) => {
    expect(read(`${ONE_COMMAND}    timeout: ${written}`).commands[0]!.timeoutSeconds).toBe(seconds)
  })

  test('is told all that is wrong with it at once', () => {
    const all = problems(
      'slot: 2\nserver: alyx\nslots: many\ncommands:\n  a:\n    run: python a.py\n    timeout: soon\n',
    )

    expect(all).toContain('server: should be an address')
    expect(all).toContain('slots: should be a whole number from 1 to 1000, not "many"')
    expect(all).toContain('slot: is no known setting. Did you mean "slots"?')
    expect(all).toContain('commands.a.run: should be a list of words')
    expect(all).toContain('commands.a.timeout: should be a time such as 90s')
  })

  test.each([
    ['', 'server: is missing'],
    [WITH_SERVER, 'commands: is empty'],
    ['server: [', 'line 1'],
    ['- a\n- b', 'should be a list of names and values'],
    [`${WITH_SERVER}commands: {a: {run: [x, "{session_key}"]}}`, '{session_key} is no placeholder'],
    [`${WITH_SERVER}commands: {a: {run: ["{subject}"]}}`, 'the program itself may not come from the task'],
    [`${WITH_SERVER}commands: {a: {run: [x], executable: "a*b"}}`, 'only the end may be a *'],
    [`${WITH_SERVER}commands: {a: {run: [x]}, b: {run: [y], executable: a}}`, '"a" belongs to a already'],
    [`${WITH_SERVER}commands: {a: {run: [x], exit_codes: {incomplete: [0]}}}`, '0 means complete already'],
    [`${WITH_SERVER}commands: {a: {run: "x {subject}", shell: true}}`, 'may have no placeholders'],
    [`${WITH_SERVER}commands: {a: {run: [x], environment: {"A B": 1}}}`, 'is no name of a variable'],
    ['server: https://anna:secret@alyx.example.org\ncommands: {a: {run: [x]}}', 'should be an address'],
  ])('%j is refused', (text, why) => expect(problems(text)).toContain(why))

  test('a line for the shell may use its own braces', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: of the shell
    const run = 'for f in "${ALYX_WORK_FOLDER}"/*.bin; do echo "$f"; done'

    expect(read(`${WITH_SERVER}commands: {a: {shell: true, run: ${JSON.stringify(run)}}}`).commands[0]!.run).toEqual([
      run,
    ])
  })
})

test('a task goes to the command that names it whole, else to the one that knows most of its name', () => {
  const { commands } = read(
    `${WITH_SERVER}commands:
  all: {run: [x], executable: "*"}
  lab: {run: [x], executable: "lab.*"}
  deep: {run: [x], executable: ["lab.sort.*", other]}
  one: {run: [x], executable: lab.sort.ks4}`,
  )

  const found = ['lab.sort.ks4', 'lab.sort.ks3', 'lab.video', 'other', 'x'].map(
    (name) => commandFor(commands, name)?.name,
  )
  expect(found).toEqual(['one', 'deep', 'lab', 'deep', 'all'])
  expect(commandFor(commands.slice(1), 'x')).toBeUndefined()
})
