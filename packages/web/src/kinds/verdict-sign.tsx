import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import './verdict.css'
import type { Verdict } from './verdict.ts'

const SIGNS = {
  pass: { icon: IconCircleCheck, words: 'pass', colour: 'var(--good)' },
  warning: { icon: IconAlertTriangle, words: 'warning', colour: 'var(--warn)' },
  fail: { icon: IconCircleX, words: 'fail', colour: 'var(--bad)' },
  critical: { icon: IconCircleX, words: 'critical', colour: 'var(--bad)' },
  unknown: { icon: IconCircleDashed, words: 'not set', colour: 'var(--soft)' },
} as const

/** How good something is, as a sign and a word. */
export function VerdictSign({ verdict, words }: { readonly verdict: Verdict; readonly words?: string }) {
  const { icon: Icon, words: usual, colour } = SIGNS[verdict]
  return (
    <span className="verdict">
      <Icon size={16} color={colour} aria-hidden />
      {words ?? usual}
    </span>
  )
}
