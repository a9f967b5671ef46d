import { followLog } from '@alyx/client'
import { useEffect, useState } from 'react'
import { inBytes } from '../kinds/amounts.ts'
import { AnsiLines, type Line } from './ansi-lines.ts'

export interface ReadLog {
  readonly lines: readonly Line[]
  readonly state: 'reading' | 'ended' | 'failed'
}

const NOTHING: ReadLog = { lines: [], state: 'reading' }
/** A program may print thousands of lines in a second: the page follows in steps that eyes can follow. */
const STEP_MS = 150

/** The log of an attempt, which grows while it runs. */
export function useLog(attempt: string): ReadLog {
  const [log, setLog] = useState(NOTHING)
  useEffect(() => {
    const read = new AnsiLines()
    let state: ReadLog['state'] = 'reading'
    let waiting: ReturnType<typeof setTimeout> | undefined
    const show = () => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        setLog({ lines: [...read.lines], state })
      }, STEP_MS)
    }
    const come = (to: ReadLog['state']) => {
      read.end()
      state = to
      show()
    }
    setLog(NOTHING)
    const stop = followLog(attempt, {
      told(text, cut) {
        if (cut > 0) read.remark(`… ${inBytes(cut)} were too much to keep and are left out here …`)
        read.add(text)
        show()
      },
      ended: () => come('ended'),
      failed: () => come('failed'),
    })
    return () => {
      clearTimeout(waiting)
      stop()
    }
  }, [attempt])
  return log
}
