/** What was asked for, one line on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** What a person should know besides, one line on standard error. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A line of the worker's own log. Services of the system put the time in front themselves. */
export function journal(line: string): void {
  const time = process.env.JOURNAL_STREAM === undefined ? `${new Date().toISOString().slice(0, 19)}Z  ` : ''
  remark(`${time}${line}`)
}
