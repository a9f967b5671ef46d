import type { RoundAnimal, WaterToday } from '@alyx/client'
import { getRequirement } from '@alyx/client'
import { Alert, Button, NumberInput, SimpleGrid, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client } from '../server/client.ts'
import { inGrams, inMillilitres, portion } from './entries.ts'
import { ifWeighed } from './round-data.ts'
import { Standing } from './standing.tsx'

/** What is recorded of an animal before the next one comes. */
export interface Done {
  /** Grams; undefined when it was not weighed now. */
  readonly weight?: number
  /** Millilitres, null for as much as it likes; undefined when it was not watered now. */
  readonly millilitres?: number | null
  /** A number that looks wrong, and is not. */
  readonly sure?: boolean
}

const TENTHS = Array.from({ length: 10 }, (_, tenth) => tenth)

/**
 * One animal on the scale: whole grams, tenths, water, in one touch each. What it should drink is shown before anything is
 * saved.
 */
export function Scale({
  animal,
  onDone,
  onSkip,
}: {
  readonly animal: RoundAnimal
  readonly onDone: (done: Done) => void
  readonly onSkip: () => void
}) {
  const { subject, water } = animal
  const { least, most } = water.plausible_weight
  const before = water.weight_yesterday ?? water.last_weight?.weight ?? null
  const [grams, setGrams] = useState(before === null ? undefined : Math.floor(before))
  const [weight, setWeight] = useState<number>()
  const [typing, setTyping] = useState(before === null)
  const [pouring, setPouring] = useState(false)
  const amountField = useRef<HTMLInputElement>(null)
  const weighedNow = weight !== undefined
  const { data: asked, isFetching } = useQuery({
    queryKey: ['requirement', subject.id, weight, water.given_water],
    queryFn: ({ signal }) => getRequirement(client.connection, subject.id, weight!, signal),
    enabled: weighedNow,
    staleTime: 60_000,
    retry: false,
  })
  const now: WaterToday = weighedNow ? (asked?.water ?? ifWeighed(water, weight)) : water
  const estimated = weighedNow && !asked && !isFetching
  const implausible = weighedNow && (weight < least || weight > most)
  const remaining = now.remaining_water
  const [given, setGiven] = useState<number | string>('')
  const amount = pouring ? Number(given) : remaining === null ? 0 : portion(remaining)
  const toWeigh = water.weight_today === null

  const choose = (whole: number | undefined, tenth: number) => {
    if (whole !== undefined) setWeight(Math.round((whole + tenth / 10) * 10) / 10)
  }
  const finish = (more: Pick<Done, 'millilitres'>) =>
    onDone({ ...(weighedNow && { weight }), ...(implausible && { sure: true }), ...more })
  const wholes = Array.from(
    { length: Math.min(16, Math.ceil(most) - Math.floor(least) + 1) },
    (_, nth) => Math.floor(least) + nth,
  )

  return (
    <div className="scale">
      <div className="scale-read" aria-live="polite">
        <output className="scale-weight" aria-label="Weight">
          {weighedNow ? inGrams(weight) : toWeigh ? '– g' : inGrams(water.weight_today)}
        </output>
        <div>
          <Standing water={now} />
          <Text size="sm" c="dimmed">
            {before === null ? 'Never weighed before' : `Yesterday ${inGrams(before)}`}
            {now.expected_weight !== null && `, expected ${inGrams(now.expected_weight)}`}
            {now.minimum_weight !== null && `, at least ${inGrams(now.minimum_weight)}`}
          </Text>
          <Text size="sm">
            {now.required_water === null ? (
              'Not on water restriction'
            ) : (
              <>
                Needs <b>{inMillilitres(now.required_water)}</b>, had {inMillilitres(now.given_water)}
                {estimated && ' (as of before: the server is not reached)'}
              </>
            )}
          </Text>
        </div>
      </div>

      {typing ? (
        <NumberInput
          label="Weight"
          description="As the scale shows it, implant included"
          suffix=" g"
          decimalScale={2}
          min={0.1}
          max={5000}
          size="lg"
          inputMode="decimal"
          data-autofocus
          hideControls
          onChange={(value) => setWeight(value === '' ? undefined : Number(value))}
        />
      ) : (
        <div className="pads">
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid in all browsers */}
          <div role="group" aria-label="Whole grams" className="pad">
            {wholes.map((whole) => (
              <button
                type="button"
                key={whole}
                aria-pressed={grams === whole}
                onClick={() => {
                  setGrams(whole)
                  if (weighedNow) choose(whole, Math.round((weight % 1) * 10) % 10)
                }}
              >
                {whole}
              </button>
            ))}
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid in all browsers */}
          <div role="group" aria-label="Tenths of a gram" className="pad tenths">
            {TENTHS.map((tenth) => (
              <button
                type="button"
                key={tenth}
                disabled={grams === undefined}
                aria-pressed={weighedNow && Math.round((weight % 1) * 10) % 10 === tenth}
                onClick={() => choose(grams, tenth)}
              >
                .{tenth}
              </button>
            ))}
          </div>
        </div>
      )}

      {implausible && (
        <Alert color="orange" title={`Is ${inGrams(weight)} right?`} role="alert">
          {before === null ? 'It is' : `Yesterday it was ${inGrams(before)}, and it is`} expected between{' '}
          {inGrams(least)} and {inGrams(most)}. What you press below says that it is right.
        </Alert>
      )}
      {pouring && (
        <NumberInput
          label="Water"
          suffix=" mL"
          decimalScale={3}
          min={0}
          max={1000}
          size="lg"
          inputMode="decimal"
          ref={amountField}
          autoFocus
          hideControls
          value={given}
          onChange={setGiven}
        />
      )}

      <div className="scale-acts">
        {remaining !== null && (amount > 0 || pouring) && (
          <Button
            size="xl"
            fullWidth
            disabled={(toWeigh && !weighedNow) || isFetching || !(amount > 0)}
            onClick={() => finish({ millilitres: amount })}
          >
            Give {inMillilitres(amount)}
          </Button>
        )}
        {weighedNow && (remaining === null || amount <= 0) && !pouring && (
          <Button size="xl" fullWidth disabled={isFetching} onClick={() => finish({})}>
            Save {inGrams(weight)}
          </Button>
        )}
        <SimpleGrid cols={2} spacing="xs" verticalSpacing="xs">
          {!typing && (
            <Button variant="default" onClick={() => setTyping(true)}>
              Other weight
            </Button>
          )}
          {remaining !== null && !pouring && (
            <Button variant="default" onClick={() => setPouring(true)}>
              Other amount
            </Button>
          )}
          {weighedNow && remaining !== null && (
            <Button variant="default" onClick={() => finish({})}>
              Weight only
            </Button>
          )}
          {!weighedNow && remaining !== null && toWeigh && amount > 0 && (
            <Button variant="default" onClick={() => finish({ millilitres: amount })}>
              Water only
            </Button>
          )}
          {remaining !== null && pouring && (
            <Button variant="default" onClick={() => finish({ millilitres: null })}>
              Free water
            </Button>
          )}
          <Button variant="default" onClick={onSkip}>
            Skip
          </Button>
        </SimpleGrid>
      </div>
    </div>
  )
}
