import type { Command } from 'commander'
import { examples } from './examples.ts'
import { say } from './say.ts'

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check settings, folders, versions, time zone and database, and say what to do; exit code 1 on a problem',
    )
    .addHelpText('after', examples(['alyx doctor', 'look at everything; change nothing']))
    .action(async () => {
      const { examine } = await import('./examination.ts')
      const marks = { good: 'ok     ', note: 'note   ', problem: 'PROBLEM' }
      let problems = 0
      for await (const { verdict, subject, text } of examine()) {
        say(`${marks[verdict]}  ${subject.padEnd(11)} ${text}`)
        if (verdict === 'problem') problems++
      }
      say('')
      say(problems === 0 ? 'Nothing is wrong.' : `${problems} ${problems === 1 ? 'problem' : 'problems'} to mend.`)
      if (problems > 0) process.exitCode = 1
    })
}
