/**
 * Who changes the database, through which door and why. Kept with every change by the triggers of the history, which
 * read it from the setting `alyx.context` of the transaction or, when that has none, of the connection.
 */
export interface ChangeContext {
  /** Key and name of the person; absent for what the server does by itself. */
  readonly user?: string | undefined
  readonly username?: string | undefined
  /** Identifier of the request, as in the log. */
  readonly request?: string | undefined
  /** `server`: what the server does by itself, or for somebody who signs in. */
  readonly source: 'contract' | 'native' | 'command' | 'server'
  /** Why, in the person's own words. */
  readonly reason?: string | undefined
}

/** The context as the triggers read it: as jsonb, which knows neither NUL nor half a character. */
export function contextText(context: ChangeContext): string {
  const readable = Object.entries(context).map(([name, text]) => [name, text?.replaceAll('\0', '').toWellFormed()])
  return JSON.stringify(Object.fromEntries(readable))
}
