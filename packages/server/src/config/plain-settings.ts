import type { Settings } from '../config.ts'
import { type Declared, declared } from './declared.ts'

/** What was set and what it is, by the name of its variable; secrets are left out. */
export function plainSettings(settings: Settings): Readonly<Record<string, unknown>> {
  const values = settings as unknown as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    (Object.entries(declared) as [string, Declared[keyof Declared]][])
      .filter(([key, setting]) => !('secret' in setting) && values[key] !== undefined)
      .map(([key, { names }]) => [names[0], values[key]]),
  )
}
