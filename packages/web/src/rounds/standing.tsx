import type { WaterToday } from '@alyx/client'
import { IconAlertTriangle, IconCircleCheck, IconExclamationCircle } from '@tabler/icons-react'

const STANDINGS = [
  { word: 'well', tone: 'good', Icon: IconCircleCheck },
  { word: 'light', tone: 'warn', Icon: IconExclamationCircle },
  { word: 'too light', tone: 'bad', Icon: IconAlertTriangle },
] as const

/** How an animal does by its weight: a word, a colour and a sign. */
export function Standing({ water }: { readonly water: WaterToday }) {
  if (water.percentage === null) return <span className="soft">no weight to compare with</span>
  const { word, tone, Icon } = STANDINGS[Math.min(Math.max(water.status, 0), 2)]!
  return (
    <span className="standing" data-tone={tone}>
      <Icon size={17} aria-hidden />
      {Math.round(water.percentage)} %, {word}
    </span>
  )
}
