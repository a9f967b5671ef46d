import { endRestrictions, type Reference, startRestrictions } from '@alyx/client'
import { Alert, Button, Group, List, Modal, NumberInput, Select, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../server/client.ts'
import { choicesQuery } from '../server/queries.ts'
import { grams } from './status.tsx'

export interface RestrictionDialogProps {
  readonly act: 'start' | 'end'
  readonly subjects: readonly Reference[]
  readonly onClose: () => void
  readonly onDone: () => void
}

interface Line {
  readonly subject: string
  readonly reference_weight?: number
}

const PLURAL = (count: number) => (count === 1 ? '1 animal' : `${count} animals`)

/** Starts or ends the water restriction of animals, after showing what would happen. */
export function RestrictionDialog({ act, subjects, onClose, onDone }: RestrictionDialogProps) {
  const [moment, setMoment] = useState('')
  const [reference, setReference] = useState<number | string>('')
  const [waterType, setWaterType] = useState<string | null>(null)
  const { data: types = [] } = useQuery({
    ...choicesQuery('actions.watertype', { limit: '50' }),
    enabled: act === 'start',
  })
  const nameOf = (key: string) => subjects.find(({ id }) => id === key)?.title ?? key

  const send = (dry_run: boolean) => {
    const keys = subjects.map(({ id }) => id)
    if (act === 'end')
      return endRestrictions(client.connection, { subjects: keys, dry_run, ...(moment !== '' && { end_time: moment }) })
    return startRestrictions(client.connection, {
      subjects: keys,
      dry_run,
      ...(moment !== '' && { start_time: moment }),
      ...(typeof reference === 'number' && { reference_weight: reference }),
      ...(waterType !== null && { water_type: waterType }),
    })
  }
  const trial = useMutation({ mutationFn: () => send(true) })
  const real = useMutation({
    mutationFn: () => send(false),
    onSuccess() {
      const done = act === 'start' ? 'put on water restriction' : 'given free water again'
      notifications.show({ message: `${PLURAL(subjects.length)} ${done}` })
      onDone()
      onClose()
    },
  })
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      trial.reset()
      real.reset()
    }
  const problem = real.error ?? trial.error
  const lines: readonly Line[] = trial.data?.restrictions ?? []
  const title = `${act === 'start' ? 'Start' : 'End'} water restriction of ${
    subjects.length === 1 ? subjects[0]!.title : PLURAL(subjects.length)
  }`
  return (
    <Modal opened onClose={onClose} title={title}>
      <TextInput
        label={act === 'start' ? 'From' : 'Until'}
        description="Now when empty."
        type="datetime-local"
        value={moment}
        onChange={({ currentTarget: { value } }) => change(setMoment)(value)}
      />
      {act === 'start' && (
        <>
          <NumberInput
            mt="sm"
            label="Reference weight"
            description="Implant included. When empty, the last weighing of the seven days before."
            suffix=" g"
            value={reference}
            min={0}
            hideControls
            onChange={change(setReference)}
          />
          <Select
            mt="sm"
            label="Water"
            description="Plain water when empty."
            data={types.map(({ id, title: name }) => ({ value: id, label: name }))}
            value={waterType}
            clearable
            clearButtonProps={{ 'aria-label': 'Clear the water' }}
            onChange={change(setWaterType)}
          />
        </>
      )}
      {problem && (
        <Alert color="red" mt="md" title={trial.data ? 'Nothing was changed' : 'This cannot be done'} role="alert">
          {problem.message}
        </Alert>
      )}
      {trial.data && (
        <Alert color="teal" mt="md" title="This would happen">
          <List size="sm">
            {lines.map(({ subject, reference_weight }) => (
              <List.Item key={subject}>
                {nameOf(subject)}
                {act === 'start' ? `: restricted, reference weight ${grams(reference_weight)}` : ': free water'}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group mt="md">
        {trial.data ? (
          <Button loading={real.isPending} onClick={() => real.mutate()}>
            {act === 'start' ? 'Start it' : 'End it'}
          </Button>
        ) : (
          <Button loading={trial.isPending} onClick={() => trial.mutate()}>
            See what would happen
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt="sm">
        All of them or none.
      </Text>
    </Modal>
  )
}
