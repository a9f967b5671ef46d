import {
  type Icon,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconClock,
  IconHelp,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
} from '@tabler/icons-react'
import './task-state.css'

/** Signs of the states, in the order in which a task may come through them. */
const SIGNS: Readonly<Record<string, Icon>> = {
  Waiting: IconClock,
  Held: IconPlayerPause,
  Started: IconPlayerPlay,
  Errored: IconX,
  Abandoned: IconBan,
  Empty: IconCircleDashed,
  Incomplete: IconCircleHalf2,
  Complete: IconCircleCheck,
}
export const TASK_STATES = Object.keys(SIGNS)

interface TaskStateProps {
  readonly status: string
  /** How many tasks have it. */
  readonly count?: number
  /** Sign and number only: the word is told to those who hover or listen. */
  readonly compact?: boolean
}

/** How far a task has come: a word, a sign and a colour. */
export function TaskState({ status, count, compact = false }: TaskStateProps) {
  const Sign = SIGNS[status] ?? IconHelp
  // Old servers gave their new tasks a number without a name.
  const word = SIGNS[status] ? status : `State ${status}`
  return (
    <span className="task-state" data-state={status} title={compact ? word : undefined}>
      <Sign size={14} stroke={2.2} aria-hidden />
      {count !== undefined && <b>{count}</b>}
      {compact ? <span className="unseen">{word}</span> : word}
    </span>
  )
}
