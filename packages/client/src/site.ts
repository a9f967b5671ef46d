import type { Connection } from './connection.ts'

/** The installation, as every page needs to know it. */
export interface Site {
  readonly version: string
  /** Where people report what does not work. */
  readonly report_address: string | null
  /** Texts to begin a narrative with, by the name of a procedure. */
  readonly narrative_templates: Readonly<Record<string, string>>
}

export const site = (connection: Connection): Promise<Site> => connection.get<Site>('/site')
