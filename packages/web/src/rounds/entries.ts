import type { RoundEntry } from '@alyx/client'

/** This moment, or noon of an earlier day, as the server reads it. */
export const momentOf = (daysAgo: number, now = new Date()): string => {
  if (daysAgo === 0) return now.toISOString()
  const noon = new Date(now)
  noon.setDate(noon.getDate() - daysAgo)
  noon.setHours(12, 0, 0, 0)
  return noon.toISOString()
}

const shared = (subject: string, at: string) => ({ id: crypto.randomUUID(), subject, at })

/** @param grams  implant included */
export const weighing = (subject: string, grams: number, more: { confirmed?: boolean } = {}): RoundEntry => ({
  ...shared(subject, momentOf(0)),
  kind: 'weighing',
  weight: grams,
  ...more,
})

/** @param millilitres  null: as much as it liked */
export const water = (
  subject: string,
  millilitres: number | null,
  { at = momentOf(0), givenBefore }: { readonly at?: string; readonly givenBefore?: number } = {},
): RoundEntry => ({
  ...shared(subject, at),
  kind: 'water',
  millilitres,
  ...(givenBefore !== undefined && { given_before: givenBefore }),
})

/** 0.92 mL: syringes show hundredths. */
export const inMillilitres = (amount: number | null): string =>
  amount === null ? 'free water' : `${(Math.round(amount * 100) / 100).toFixed(2)} mL`
export const inGrams = (weight: number | null): string => (weight === null ? '–' : `${weight.toFixed(1)} g`)

/** What is given in one go: rounded up to the hundredth that a syringe shows, so that nothing is left over. */
export const portion = (remaining: number): number => Math.ceil(Math.round(remaining * 1e6) / 1e4) / 100

export const describe = (entry: RoundEntry): string =>
  entry.kind === 'weighing' ? inGrams(entry.weight) : inMillilitres(entry.millilitres)
