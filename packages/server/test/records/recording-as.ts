import type { RecordOptions } from '../../src/recording/index.ts'
import type { Actor, RecordingSettings } from '../../src/records/index.ts'

/** Settings of an installation on which nothing was set. */
const SETTINGS: RecordingSettings = {
  timeZone: 'UTC',
  defaultSource: undefined,
  defaultLab: undefined,
  defaultProtocol: '1',
  weightThreshold: 0.75,
  sendsMail: false,
  removeMedia: async () => undefined,
}

/** What `record` needs to know, as a command would say it. */
export const recordingAs = (actor: Actor | undefined, settings: Partial<RecordingSettings> = {}): RecordOptions => {
  const instant = new Date()
  const now = instant.toISOString().slice(0, 19).replace('T', ' ')
  return {
    actor,
    source: 'command',
    settings: { ...SETTINGS, ...settings },
    moment: { instant, now, today: now.slice(0, 10) },
  }
}
