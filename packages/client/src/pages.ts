import type { Connection } from './connection.ts'

/** Pages that whoever asks uses most lately, as paths. A visit counts one, and half after thirty days. */
export const mostUsedPages = async (
  connection: Connection,
): Promise<readonly { readonly page: string; readonly score: number }[]> =>
  (await connection.get<{ results: { page: string; score: number }[] }>('/account/pages')).results

/** Counts a visit of a page. */
export async function countPage(connection: Connection, page: string): Promise<void> {
  await connection.send('/account/pages', { method: 'POST', body: { page } })
}
