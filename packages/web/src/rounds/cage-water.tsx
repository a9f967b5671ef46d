import type { RoundCage } from '@alyx/client'
import { Button, Checkbox, Group, Modal, NumberInput, type NumberInputProps, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { inMillilitres, momentOf, portion, water } from './entries.ts'
import { isDone } from './round-data.ts'
import type { RoundQueue } from './use-queue.ts'

type Typed = NonNullable<NumberInputProps['value']>

const DAYS = 4
const dayName = (daysAgo: number): string =>
  daysAgo === 0
    ? 'Today'
    : new Date(momentOf(daysAgo)).toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'short' })

/** Water for all animals of a cage at once, also of the days before: a weekend is entered on Monday. */
export function CageWater({
  cage,
  queue,
  onClose,
}: {
  readonly cage: RoundCage
  readonly queue: RoundQueue
  readonly onClose: () => void
}) {
  const animals = cage.animals.filter((one) => one.water.restricted_since !== null)
  const [days, setDays] = useState<readonly number[]>([0])
  const [amounts, setAmounts] = useState<Readonly<Record<string, Typed>>>(() =>
    Object.fromEntries(
      animals.map((one) => [
        one.subject.id,
        portion((isDone(one) ? one.water.required_water : one.water.remaining_water) ?? 0),
      ]),
    ),
  )
  const entries = animals.flatMap(({ subject, water: now }) => {
    const amount = Number(amounts[subject.id])
    if (!(amount > 0)) return []
    return days.map((daysAgo) => ({
      title: subject.title,
      entry: water(subject.id, amount, daysAgo === 0 ? { givenBefore: now.given_water } : { at: momentOf(daysAgo) }),
    }))
  })
  const sum = entries.reduce((total, { entry }) => total + (entry.kind === 'water' ? (entry.millilitres ?? 0) : 0), 0)
  return (
    <Modal opened onClose={onClose} title={`Water for ${cage.cage ?? 'animals without a cage'}`}>
      <Stack>
        <Checkbox.Group label="Given on" value={days.map(String)} onChange={(chosen) => setDays(chosen.map(Number))}>
          <Group gap="sm" mt={6}>
            {Array.from({ length: DAYS }, (_, daysAgo) => (
              <Checkbox key={dayName(daysAgo)} value={String(daysAgo)} label={dayName(daysAgo)} size="md" />
            ))}
          </Group>
        </Checkbox.Group>
        {animals.map(({ subject, water: now }) => (
          <NumberInput
            key={subject.id}
            label={subject.title}
            description={`${now.required_water === null ? 'What it needs is known once it is weighed' : `Needs ${inMillilitres(now.required_water)} a day`}, had ${inMillilitres(now.given_water)} today`}
            suffix=" mL"
            min={0}
            max={1000}
            decimalScale={3}
            inputMode="decimal"
            value={amounts[subject.id] ?? ''}
            onChange={(amount) => setAmounts({ ...amounts, [subject.id]: amount })}
          />
        ))}
        {animals.length === 0 && <Text c="dimmed">No animal of this cage is on water restriction.</Text>}
        <Button
          size="lg"
          disabled={entries.length === 0}
          onClick={async () => {
            await queue.add(entries)
            onClose()
          }}
        >
          Give {entries.length === 1 ? 'one portion' : `${entries.length} portions`}, {inMillilitres(sum)}
        </Button>
      </Stack>
    </Modal>
  )
}
