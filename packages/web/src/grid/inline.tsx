import type { FieldFacts, Row } from '@alyx/client'
import { FocusTrap } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type KeyboardEvent, useState } from 'react'
import { partsOf, Unfinished } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { forgetRows } from '../server/queries.ts'
import { undoable } from './undo.tsx'

interface CellInputProps {
  readonly model: string
  readonly row: Row
  readonly facts: FieldFacts
  /** What the whole row is called, for the sentence that says what was changed. */
  readonly title: string
  readonly onDone: () => void
}

/** Kinds that are decided with one gesture are saved with it. */
const AT_ONCE: ReadonlySet<string> = new Set(['boolean', 'choice', 'level', 'reference'])

/** A cell that is being edited: Enter saves, Escape leaves it as it was, and what was saved can be undone. */
export function CellInput({ model, row, facts, title, onDone }: CellInputProps) {
  const before = row[facts.name]
  const [value, setValue] = useState<unknown>(before)
  const [error, setError] = useState<string>()
  const { Input } = partsOf(facts)
  const save = async (next: unknown) => {
    if (next instanceof Unfinished) return setError(next.fault)
    if (JSON.stringify(next) === JSON.stringify(before)) return onDone()
    try {
      await client.change(model, row.id, { [facts.name]: next })
      forgetRows(model)
      onDone()
      undoable(`${facts.label} of ${title} saved`, async () => {
        await client.change(model, row.id, { [facts.name]: before ?? null })
        forgetRows(model)
      })
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : String(problem))
      notifications.show({
        color: 'red',
        title: `${facts.label} was not saved`,
        message: problem instanceof Error ? problem.message : String(problem),
      })
    }
  }
  const keys = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'Escape') onDone()
    if (event.key === 'Enter' && !event.shiftKey && !AT_ONCE.has(facts.kind)) {
      event.preventDefault()
      void save(value)
    }
  }
  return (
    <FocusTrap active>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the input inside */}
      <div
        onKeyDown={keys}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget) && !AT_ONCE.has(facts.kind)) void save(value)
        }}
      >
        <Input
          facts={facts}
          value={value}
          bare
          autoFocus
          error={error}
          onChange={(next) => {
            setValue(next)
            if (AT_ONCE.has(facts.kind)) void save(next)
          }}
        />
      </div>
    </FocusTrap>
  )
}
