import type { Settings } from '../config.ts'
import type { RecordingSettings } from '../records/index.ts'

/** What rules need to know of the settings. @param removeMedia  removes a file of the media folder */
export const recordingSettings = (
  settings: Settings,
  removeMedia: RecordingSettings['removeMedia'],
): RecordingSettings => ({
  timeZone: settings.timeZone,
  defaultSource: settings.defaultSource,
  defaultLab: settings.defaultLabId,
  defaultProtocol: settings.defaultProtocol,
  weightThreshold: settings.weightThreshold,
  sendsMail: settings.smtpUrl !== undefined && !settings.mailDisabled,
  removeMedia,
})
