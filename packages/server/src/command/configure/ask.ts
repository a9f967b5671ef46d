import { createInterface } from 'node:readline/promises'
import { completed, readAnswer, sentence } from './answers.ts'
import { type Answers, type Question, questionNames, questions } from './questions.ts'

/**
 * Asks a person for what is not answered yet; an empty line takes the default.
 *
 * @param again  asks for everything, with what was answered before as default
 * @throws the error of an ended input
 */
export async function ask(given: Partial<Answers>, base: string, again: boolean): Promise<Partial<Answers>> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answers: Partial<Answers> = { ...given }
  try {
    for (const name of questionNames) {
      const { asked, help, kind } = questions[name] as unknown as Question<unknown>
      if (!asked || (name in given && !again)) continue
      const known = completed(answers, base)[name]
      const shown = kind.write ? kind.write(known) : String(known)
      for (;;) {
        const line = (await terminal.question(`${help}\n  ${name} [${shown}]: `)).trim()
        const answer = line === '' ? known : readAnswer(name, line, base)
        if (answer !== undefined) {
          Object.assign(answers, { [name]: answer })
          break
        }
        process.stderr.write(`  ${sentence(name, line)}\n`)
      }
    }
    return answers
  } finally {
    terminal.close()
  }
}
