/** Lets the browser keep something as a file. */
export function keepFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by the next turn; some begin late.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** With a mark in front by which spreadsheets know the encoding. */
export const keepCsv = (name: string, text: string): void =>
  keepFile(`${name}.csv`, new Blob([`\ufeff${text}`], { type: 'text/csv;charset=utf-8' }))
