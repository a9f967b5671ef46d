import type { SessionStep } from '@alyx/client'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleHalf2,
  IconCircleMinus,
  IconCircleX,
  IconClock,
  IconHourglass,
  IconPlayerPlay,
} from '@tabler/icons-react'

const SIGNS: Readonly<Record<string, { readonly icon: typeof IconClock; readonly colour: string }>> = {
  Waiting: { icon: IconClock, colour: 'var(--mantine-color-anchor)' },
  Held: { icon: IconHourglass, colour: 'var(--soft)' },
  Started: { icon: IconPlayerPlay, colour: 'var(--mantine-color-anchor)' },
  Errored: { icon: IconCircleX, colour: 'var(--bad)' },
  Abandoned: { icon: IconCircleMinus, colour: 'var(--bad)' },
  Empty: { icon: IconAlertTriangle, colour: 'var(--warn)' },
  Incomplete: { icon: IconCircleHalf2, colour: 'var(--warn)' },
  Complete: { icon: IconCircleCheck, colour: 'var(--good)' },
}
const NOT_ASKED = { icon: IconCircleDashed, colour: 'var(--soft)' }

/** How far a step is, as a sign and a word. */
export function StepState({ step: { task } }: { readonly step: SessionStep }) {
  const { icon: Icon, colour } = SIGNS[task?.status ?? ''] ?? NOT_ASKED
  const progress = task?.status === 'Started' && task.progress !== null ? ` ${Math.round(task.progress * 100)} %` : ''
  return (
    <span className="verdict">
      <Icon size={15} color={colour} aria-hidden />
      {task ? `${task.status}${progress}` : 'Not asked for'}
    </span>
  )
}
