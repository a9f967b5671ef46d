import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

const TYPING_MS = 200

interface SearchBoxProps {
  /** What it is for: `Search this list`. */
  readonly label: string
  readonly placeholder?: string
  readonly value: string
  readonly onChange: (words: string) => void
}

/** Words that rows must have, told once the typing rests. */
export function SearchBox({ label, placeholder = label, value, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value)
  const tell = useDebouncedCallback(onChange, TYPING_MS)
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        typed && (
          <CloseButton
            aria-label="Clear the words"
            size="sm"
            onClick={() => {
              setTyped('')
              onChange('')
            }}
          />
        )
      }
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        tell(event.currentTarget.value)
      }}
      w={{ base: '100%', sm: 260 }}
    />
  )
}
