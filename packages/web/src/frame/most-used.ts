/** Which lists a person opens most, kept by the server, so that they follow the person from machine to machine. */
import { countPage } from '@alyx/client'
import { client } from '../server/client.ts'

const pageOf = (app: string, model: string): string => `/admin/${app}/${model}/`

/** Counts that somebody opened a list. Nobody waits for it, and nobody misses a count that was lost. */
export function countVisit(app: string, model: string): void {
  countPage(client.connection, pageOf(app, model)).catch(() => undefined)
}

/** Keys of the models whose lists these pages are, variants included. */
export const listsIn = (pages: readonly string[]): readonly string[] =>
  pages.flatMap((page) => {
    const [, app, model] = /^\/admin\/(\w+)\/(\w+)\/$/.exec(page) ?? []
    return app && model ? [`${app}.${model}`] : []
  })
