import type { Settings } from '../config.ts'
import type { Database } from '../database/index.ts'
import type { Recorder, RecordingSettings } from '../records/index.ts'

/** What rules need to know of the settings. */
const recordingSettings = (settings: Settings): RecordingSettings => ({
  timeZone: settings.timeZone,
  defaultSource: settings.defaultSource,
  defaultLab: settings.defaultLabId,
  defaultProtocol: settings.defaultProtocol,
  weightThreshold: settings.weightThreshold,
  sendsMail: settings.smtpUrl !== undefined && !settings.mailDisabled,
  removeMedia: async (path) => {
    const { mediaStore } = await import('../media/stores.ts')
    await mediaStore(settings.mediaRoot).remove(path)
  },
})

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
      settings: recordingSettings(settings),
      moment: clockOf(settings.timeZone)(),
    },
    work,
  )
}
