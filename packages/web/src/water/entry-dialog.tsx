import { type Reference, recordEntries, type WaterToday } from '@alyx/client'
import { Alert, Button, Group, Modal, NumberInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type FormEvent, useState } from 'react'
import { client } from '../server/client.ts'
import { grams, millilitres, remainingWords } from './status.tsx'

interface EntryDialogProps {
  readonly kind: 'weighing' | 'water'
  readonly subject: Reference
  readonly water: WaterToday | null
  readonly onClose: () => void
  readonly onRecorded: () => void
}

const TITLES = { weighing: 'Weigh', water: 'Give water to' } as const

/** Records one weighing or one amount of water, as the daily round does: what is hardly possible has to be confirmed. */
export function EntryDialog({ kind, subject, water, onClose, onRecorded }: EntryDialogProps) {
  const due = water?.remaining_water ?? 0
  const [value, setValue] = useState<number | string>(kind === 'water' && due > 0 ? Number(due.toFixed(3)) : '')
  // Sent again after a lost answer, it is the same record.
  const [key, setKey] = useState(() => crypto.randomUUID())
  const [doubt, setDoubt] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [sending, setSending] = useState(false)
  const number = typeof value === 'number' && value > 0 ? value : undefined

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (number === undefined) return setProblem(`Say how many ${kind === 'weighing' ? 'grams' : 'millilitres'}.`)
    setSending(true)
    setProblem(undefined)
    const entry = {
      id: key,
      subject: subject.id,
      at: new Date().toISOString(),
      ...(doubt !== undefined && { confirmed: true }),
    }
    try {
      const { entries } = await recordEntries(client.connection, [
        kind === 'weighing'
          ? { ...entry, kind, weight: number }
          : { ...entry, kind, millilitres: number, given_before: water?.given_water ?? 0 },
      ])
      const outcome = entries[0]!
      if (outcome.outcome === 'conflict') return setDoubt(outcome.message)
      if (outcome.outcome === 'refused') return setProblem(outcome.message)
      const said = kind === 'weighing' ? grams(number) : millilitres(number)
      notifications.show({ message: `${said} recorded for ${subject.title}` })
      onRecorded()
      onClose()
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      setSending(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={`${TITLES[kind]} ${subject.title}`}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <NumberInput
          label={kind === 'weighing' ? 'Weight' : 'Water'}
          description={hintOf(kind, water)}
          suffix={kind === 'weighing' ? ' g' : ' mL'}
          value={value}
          min={0}
          decimalScale={3}
          hideControls
          clampBehavior="none"
          data-autofocus
          size="md"
          onChange={(next) => {
            setValue(next)
            setDoubt(undefined)
            setKey(crypto.randomUUID())
          }}
        />
        {doubt && (
          <Alert color="orange" mt="sm" title="Is that right?" role="alert">
            {doubt}
          </Alert>
        )}
        {problem && (
          <Alert color="red" mt="sm" title="Not recorded" role="alert">
            {problem}
          </Alert>
        )}
        <Group mt="md">
          <Button type="submit" loading={sending}>
            {doubt ? 'Record it all the same' : 'Record'}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
        <Text size="xs" c="dimmed" mt="sm">
          Recorded with the time of now. Another time: add a {kind === 'weighing' ? 'weighing' : 'water administration'}{' '}
          from the list.
        </Text>
      </form>
    </Modal>
  )
}

function hintOf(kind: 'weighing' | 'water', water: WaterToday | null): string {
  if (!water) return ''
  if (kind === 'water')
    return `${millilitres(water.required_water)} required today, ${millilitres(water.given_water)} given: ${remainingWords(water.remaining_water)}`
  const last = water.last_weight
  return last ? `Last ${grams(last.weight)} on ${last.at.slice(0, 10)}` : 'Never weighed before'
}
