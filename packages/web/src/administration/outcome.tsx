import type { Schedule } from '@alyx/client'
import { IconAlertTriangle, IconCheck, IconClock } from '@tabler/icons-react'
import { inLocalTime, inSeconds } from '../kinds/amounts.ts'

/** What came of the newest run of a schedule, with the end of what it printed. */
export function Outcome({ of: { wanted_by, last_run } }: { readonly of: Schedule }) {
  if (wanted_by !== null)
    return (
      <span className="outcome">
        <IconClock size={15} aria-hidden /> begins within seconds, for {wanted_by}
      </span>
    )
  if (!last_run) return <span className="soft">never ran</span>
  const { started_at, ended_at, outcome, exit_code, output } = last_run
  if (ended_at === null)
    return (
      <span className="outcome">
        <IconClock size={15} aria-hidden /> runs since {inLocalTime(started_at)}
      </span>
    )
  const good = exit_code === 0
  const took = (new Date(ended_at).getTime() - new Date(started_at).getTime()) / 1000
  return (
    <div>
      <span className={`outcome ${good ? 'good' : 'bad'}`}>
        {good ? <IconCheck size={15} aria-hidden /> : <IconAlertTriangle size={15} aria-hidden />}
        {outcome}
      </span>{' '}
      <span className="soft">
        {inLocalTime(started_at)}, {inSeconds(took)}
      </span>
      {output.trim() && (
        <details>
          <summary>What it printed</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached with the keyboard */}
          <pre className="printed" tabIndex={0}>
            {output.trim()}
          </pre>
        </details>
      )}
    </div>
  )
}
