const QUIET_MS = 1_000
/** Between two lines where lines cannot be overwritten, such as in a log file. */
const PATIENT_MS = 2_000

export interface Progress {
  /** What is being done now, in a few words. */
  say(text: string): void
  /** Takes the line away; to be called before anything else is written, and at the end. */
  done(): void
}

/**
 * Shows on standard error what takes longer than a second: nothing at all when the whole work is faster, one line that
 * changes on a terminal, a line now and then elsewhere.
 */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const inPlace = stream.isTTY === true
  let latest = ''
  let shown = ''
  let lastShown = 0
  let begun = 0
  const show = () => {
    if (latest === shown) return
    shown = latest
    lastShown = Date.now()
    stream.write(inPlace ? `\r\u001b[2K${latest}` : `${latest}\n`)
  }
  // Unreferenced: a forgotten line must not keep the process alive.
  const timer = setInterval(() => {
    if (begun === 0 || Date.now() - begun < QUIET_MS) return
    if (inPlace || shown === '' || Date.now() - lastShown > PATIENT_MS) show()
  }, 200).unref()
  return {
    say(text) {
      begun ||= Date.now()
      latest = `${text} ...`
    },
    done() {
      clearInterval(timer)
      if (inPlace && shown !== '') stream.write('\r\u001b[2K')
      shown = latest
    },
  }
}
