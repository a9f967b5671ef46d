const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const STEP = 1000

/** `1.32 GB`, three digits; `–` when nobody knows. */
export function bytesInWords(bytes: number | null): string {
  if (bytes === null) return '–'
  let [left, unit] = [bytes, 0]
  while (left >= STEP - 0.5 && unit < UNITS.length - 1) [left, unit] = [left / STEP, unit + 1]
  return `${unit === 0 ? left : Number(left.toPrecision(3))} ${UNITS[unit]}`
}
