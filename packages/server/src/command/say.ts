/** What a command was asked for, one line on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** What a person should know besides, one line on standard error, so that scripts can use the output. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Counts by name, one line each, with their sum. */
export function sayCounts(counts: Readonly<Record<string, number>>, what: string): void {
  const found = Object.entries(counts).filter(([, count]) => count > 0)
  for (const [name, count] of found) say(`${String(count).padStart(9)}  ${name}`)
  const sum = found.reduce((total, [, count]) => total + count, 0)
  say(`${String(sum).padStart(9)}  ${what}`)
}
