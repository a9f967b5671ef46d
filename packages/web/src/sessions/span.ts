const MINUTE_MS = 60_000
const HOUR_MINUTES = 60

/** `59 min` or `1 h 05 min` between two moments; undefined while one of them is not known. */
export function spanInWords(from: string | null, to: string | null): string | undefined {
  if (from === null || to === null) return undefined
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / MINUTE_MS)
  if (!Number.isFinite(minutes) || minutes < 0) return undefined
  if (minutes < HOUR_MINUTES) return `${minutes} min`
  return `${Math.floor(minutes / HOUR_MINUTES)} h ${String(minutes % HOUR_MINUTES).padStart(2, '0')} min`
}
