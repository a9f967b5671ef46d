import { recordingSettings } from '../config/recording-settings.ts'
import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import type { Recorder } from '../records/index.ts'

/** Loaded only when a file has to go: most commands remove none. */
const removingMedia = (settings: Settings) => async (path: string) => {
  const { mediaStore } = await import('../media/stores.ts')
  await mediaStore(settings.mediaRoot, settings.bucketAccess).remove(path)
}

/** Records what a command has to write, in one transaction, with the rules of all domains; nobody in particular does it. */
export async function recorded<T>(
  database: Database,
  settings: Settings,
  work: (recorder: Recorder) => Promise<T>,
): Promise<T> {
  const [{ record }, { clockOf }] = await Promise.all([import('../recording/index.ts'), import('../rest/moment.ts')])
  return record(
    database,
    {
      actor: undefined,
      source: 'command',
      settings: recordingSettings(settings, removingMedia(settings)),
      moment: clockOf(settings.timeZone)(),
    },
    work,
  )
}
