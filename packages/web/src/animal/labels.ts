import { useDescription } from '../server/queries.ts'

/** Labels of the values of a field that has choices, as they are declared. */
export function useLabels(model: string, field: string): (value: unknown) => string {
  const choices = useDescription(model).fields.find(({ name }) => name === field)?.choices ?? []
  return (value) =>
    value === null || value === undefined || value === ''
      ? ''
      : (choices.find((choice) => choice.value === value)?.label ?? String(value))
}

const WEEK = 7
const LONG_DAYS = 20 * WEEK
const MONTH_DAYS = 30.44

/** `12 weeks`, `9 months`: as people speak of mice. */
export function ageWords(days: number | null): string {
  if (days === null) return ''
  if (days < 2 * WEEK) return days === 1 ? '1 day' : `${days} days`
  if (days < LONG_DAYS) return `${Math.floor(days / WEEK)} weeks`
  return `${Math.floor(days / MONTH_DAYS)} months`
}
