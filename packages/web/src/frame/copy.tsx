import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

const TOLD_MS = 1500

/** Into the clipboard, also in laboratories whose pages come unencrypted, where browsers offer no clipboard. */
async function keep(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const holder = document.createElement('textarea')
  holder.value = text
  document.body.append(holder)
  holder.select()
  document.execCommand('copy')
  holder.remove()
}

interface CopyProps {
  readonly text: string
  /** What is copied, in words: "the key". */
  readonly what: string
  /** With the words beside the sign. */
  readonly wordy?: boolean
}

/** Copies a text, and says that it did. */
export function Copy({ text, what, wordy = false }: CopyProps) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => setDone(false), TOLD_MS)
    return () => clearTimeout(timer)
  }, [done])
  const sign = done ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />
  const copy = () => void keep(text).then(() => setDone(true))
  const label = done ? 'Copied' : `Copy ${what}`
  return wordy ? (
    <Button variant="default" size="compact-sm" leftSection={sign} onClick={copy} aria-live="polite">
      {label}
    </Button>
  ) : (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={copy}>
        {sign}
      </ActionIcon>
    </Tooltip>
  )
}
