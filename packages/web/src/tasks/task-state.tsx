import {
  type Icon,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleDotted,
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
  /** Undefined where a step is known and nobody has asked for a task of it. */
  readonly status: string | undefined
  /** How much of it is done, from 0 to 1; told of tasks that run. */
  readonly progress?: number | null | undefined
  /** How many tasks have it. */
  readonly count?: number
  /** Sign and number only: the word is told to those who hover or listen. */
  readonly compact?: boolean
}

/** How far a task has come: a word, a sign and a colour. */
export function TaskState({ status, progress, count, compact = false }: TaskStateProps) {
  const { Sign, word } = signOf(status)
  return (
    <span className="task-state" data-state={status} title={compact ? word : undefined}>
      <Sign size={14} stroke={2.2} aria-hidden />
      {count !== undefined && <b>{count}</b>}
      {compact ? <span className="unseen">{word}</span> : word}
      {status === 'Started' && typeof progress === 'number' && ` ${Math.round(100 * progress)} %`}
    </span>
  )
}

function signOf(status: string | undefined): { readonly Sign: Icon; readonly word: string } {
  if (status === undefined) return { Sign: IconCircleDotted, word: 'Not asked for' }
  const Sign = SIGNS[status]
  // Old servers gave their new tasks a number without a name.
  return Sign ? { Sign, word: status } : { Sign: IconHelp, word: `State ${status}` }
}
