/** Sizes, spans and ages as people say them: two or three digits and a unit. */
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `1.5 GB`; in thousands, as disks are sold. */
export function inBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  const amount = bytes / 1000 ** power
  return `${amount.toFixed(power === 0 || amount >= 100 ? 0 : 1)} ${UNITS[power]}`
}

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `0.4 s`, `12 s`, `3 min 20 s`, `5 h 10 min`, `12 d 3 h`. */
export function inSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.max(seconds, 0).toFixed(1)} s`
  const whole = Math.round(seconds)
  const two = (large: number, unit: string, small: number, rest: string) => {
    const left = Math.floor((whole % large) / small)
    return left === 0 ? `${Math.floor(whole / large)} ${unit}` : `${Math.floor(whole / large)} ${unit} ${left} ${rest}`
  }
  if (whole < MINUTE) return `${whole} s`
  if (whole < HOUR) return two(MINUTE, 'min', 1, 's')
  if (whole < DAY) return two(HOUR, 'h', MINUTE, 'min')
  return two(DAY, 'd', HOUR, 'h')
}

/** `just now`, `5 min ago`, `3 h ago`, then the day. @param moment  with its zone */
export function ago(moment: string, now: number = Date.now()): string {
  const seconds = (now - new Date(moment).getTime()) / 1000
  if (seconds < MINUTE) return 'just now'
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`
  if (seconds < 7 * DAY) return `${Math.floor(seconds / DAY)} d ago`
  return inLocalTime(moment).slice(0, 10)
}

const two = (number: number): string => String(number).padStart(2, '0')

/** `2026-03-02 09:30` on the clock of whoever looks. @param moment  with its zone */
export function inLocalTime(moment: string): string {
  const at = new Date(moment)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

export const inThousands = new Intl.NumberFormat('en').format
