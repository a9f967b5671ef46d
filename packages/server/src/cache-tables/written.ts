import { FileReplaced, type TablesPlace } from './place.ts'

/** What says when tables were made, beside them. */
export const INFO_FILE = 'cache_info.json'

/**
 * When the tables in a folder of a place were written last.
 *
 * @returns undefined when there are none
 * @throws StorageUnavailable when the place does not answer
 */
export async function tablesWritten(place: TablesPlace, folder: string): Promise<Date | undefined> {
  const file = await place.find(`${folder}/${INFO_FILE}`)
  if (!file) return undefined
  try {
    // A place of the web has begun to send it, and its connection waits until somebody reads or refuses.
    const sent = await file.open()
    sent.destroy()
  } catch (error) {
    // Another run has just written newer ones.
    if (!(error instanceof FileReplaced)) throw error
  }
  return file.modified
}
