import { colony, type GenotypeResult, type Parameters, Problem } from '@alyx/client'
import { Alert, Button, Group, SegmentedControl, Text, Textarea, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useBlocker, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import '../form/form.css'
import { useMe } from '../server/queries.ts'
import { GenotypeTable } from './genotype-table.tsx'
import { keyOf, ModelField, useTitle } from './model-field.tsx'
import { Empty, PageHead, Refusal, Section } from './parts.tsx'
import { type Cell, type Pasted, readBlock } from './paste.ts'
import { connection, forgetColony, genotypesQuery, useLiveColony } from './queries.ts'
import { counted } from './words.ts'

export interface GenotypesAddress {
  readonly litter?: string
  readonly line?: string
  readonly subjects?: string
  readonly waiting?: string
}

/** Results of genotype tests as a spreadsheet. */
export function GenotypesPage({ address }: { readonly address: GenotypesAddress }) {
  const asked: Parameters = Object.keys(address).length === 0 ? { waiting: 'true' } : { ...address }
  const { data: grid, error } = useQuery(genotypesQuery(asked))
  const navigate = useNavigate()
  const { today } = useMe()
  const [draft, setDraft] = useState<ReadonlyMap<string, Cell>>(new Map())
  const [leftover, setLeftover] = useState<Pasted['leftover']>([])
  const [date, setDate] = useState(today)
  useLiveColony()
  const dirty = draft.size > 0 || leftover.length > 0
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm('Leave without saving? The results that you entered are lost.'),
    enableBeforeUnload: () => dirty,
    disabled: !dirty,
  })
  const put = (key: string, cell: Cell | undefined) =>
    setDraft((before) => {
      const next = new Map(before)
      if (cell) next.set(key, cell)
      else next.delete(key)
      return next
    })
  const pasted = ({ cells, leftover: more }: Pasted) => {
    setDraft((before) => new Map([...before, ...cells]))
    setLeftover((before) => [...before, ...more])
    notifications.show({
      message: `${counted(cells.size, 'result')} pasted${more.length > 0 ? `, ${more.length} with no place` : ''}. Nothing is saved yet.`,
    })
  }
  const faulty = [...draft.values()].filter((cell) => 'fault' in cell).length
  const entries = [...draft].flatMap(([key, cell]) => ('result' in cell ? [{ key, result: cell.result }] : []))
  const results = entries.map(({ key, result }): GenotypeResult => {
    const [subject = '', sequence = ''] = key.split(' ')
    return { subject, sequence, result }
  })
  const save = useMutation({
    mutationFn: (tried: boolean) =>
      colony.recordGenotypes(connection, { ...(date !== '' && { date }), results }, tried),
    onSuccess({ written, recorded }) {
      if (!written)
        return void notifications.show({
          message: `${counted(recorded, 'result')} can be saved. Nothing is saved yet.`,
        })
      setDraft((before) => new Map([...before].filter(([, cell]) => 'fault' in cell)))
      forgetColony('subjects.genotypetest', 'subjects.zygosity')
      notifications.show({
        message: `${counted(recorded, 'result')} saved; zygosities follow from the rules of the line`,
      })
    },
    onError(problem) {
      // What the server says of a result is shown in its cell, with what was entered.
      if (!(problem instanceof Problem)) return
      for (const [place, said] of Object.entries(problem.fields)) {
        const entry = entries[Number(/^results\.(\d+)\./.exec(place)?.[1] ?? Number.NaN)]
        if (entry) put(entry.key, { text: entry.result === null ? '' : String(entry.result), fault: said.join(' ') })
      }
    },
  })
  const about = (next: GenotypesAddress) => void navigate({ to: '/colony/genotypes/', search: { ...next } })
  return (
    <div className="page">
      <PageHead
        title="Genotypes"
        help="Type 1 or + for present, 0 or - for absent, Delete to take a test back; arrow keys walk; on a tablet, tap. A block from a spreadsheet can be pasted into the grid, also with names in its first column and sequences in its first line."
      />
      <Section title="Which animals">
        <div className="destinations">
          <SegmentedControl
            aria-label="Which animals"
            value={asked.waiting === 'true' ? 'waiting' : 'all'}
            data={[
              { value: 'waiting', label: 'Waiting for it' },
              { value: 'all', label: 'All of the chosen' },
            ]}
            onChange={(value) => {
              const { waiting: _, ...rest } = address
              if (value === 'waiting') about({ ...rest, waiting: 'true' })
              else if (Object.keys(rest).length > 0) about(rest)
              else notifications.show({ message: 'Choose a litter or a line first.' })
            }}
          />
          <Chosen
            model="subjects.subject"
            field="litter"
            value={address.litter}
            onChange={(litter) => about(litter ? { litter } : {})}
          />
          <Chosen
            model="subjects.subject"
            field="line"
            value={address.line}
            onChange={(line) => about(line ? { line } : {})}
          />
        </div>
      </Section>
      <Refusal error={error} title="The grid cannot be shown" />
      {grid && grid.rows.length === 0 && (
        <Section title="No animals">
          <Empty>
            {asked.waiting === 'true'
              ? 'No living animal waits for a genotype. Tick "to be genotyped" of pups, or choose a litter or a line above.'
              : 'No living animal fits. Choose another litter or line above.'}
          </Empty>
        </Section>
      )}
      {grid && grid.rows.length > 0 && (
        <Section
          title="Tests"
          aside={<span>{`${counted(grid.rows.length, 'animal')}, ${counted(grid.sequences.length, 'sequence')}`}</span>}
        >
          {grid.sequences.length === 0 ? (
            <Empty>
              The lines of these animals have no alleles with sequences: there is nothing to test. A line page says how
              to add them.
            </Empty>
          ) : (
            <GenotypeTable grid={grid} draft={draft} onCell={put} onPaste={pasted} />
          )}
        </Section>
      )}
      {grid && grid.rows.length > 0 && (
        <PasteBox
          onText={(text) =>
            pasted(
              readBlock(text, {
                animals: grid.rows.map(({ subject }) => subject),
                sequences: grid.sequences,
                at: { row: 0, column: 0 },
              }),
            )
          }
        />
      )}
      {leftover.length > 0 && (
        <Alert color="orange" title={`${counted(leftover.length, 'pasted part')} found no place`}>
          {leftover.map(({ text, fault }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same line may be pasted twice
            <div key={at}>
              <code>{text.replaceAll('\t', ' → ')}</code> {fault}
            </div>
          ))}
          <Button mt="xs" size="compact-sm" variant="default" onClick={() => setLeftover([])}>
            I have seen this
          </Button>
        </Alert>
      )}
      {save.error && <Refusal error={save.error} title="Nothing was saved; what you entered is still there" />}
      {dirty && (
        <div className="save">
          <Group align="flex-end" gap="xs">
            <TextInput
              type="date"
              label="Known since"
              value={date}
              max={today}
              onChange={(event) => setDate(event.currentTarget.value)}
            />
            <Button
              disabled={faulty > 0 || results.length === 0}
              loading={save.isPending}
              onClick={() => save.mutate(false)}
            >
              Save {counted(results.length, 'result')}
            </Button>
            <Button variant="default" disabled={results.length === 0} onClick={() => save.mutate(true)}>
              Try
            </Button>
            <Button variant="subtle" onClick={() => setDraft(new Map())}>
              Discard
            </Button>
            {faulty > 0 && (
              <Text size="sm" c="var(--bad)" role="status">
                {counted(faulty, 'cell')} not understood: type 0 or 1 over it, or Delete.
              </Text>
            )}
          </Group>
        </div>
      )}
    </div>
  )
}

function PasteBox({ onText }: { readonly onText: (text: string) => void }) {
  const [text, setText] = useState('')
  return (
    <Section title="Paste from a spreadsheet">
      <Textarea
        label="Block of results"
        description="Columns apart by tabs; the first column may have names of animals, the first line names of sequences."
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        mt="xs"
        variant="default"
        disabled={text.trim() === ''}
        onClick={() => {
          onText(text)
          setText('')
        }}
      >
        Put it into the grid
      </Button>
    </Section>
  )
}

function Chosen({
  model,
  field,
  value,
  onChange,
}: {
  readonly model: string
  readonly field: 'litter' | 'line'
  readonly value: string | undefined
  readonly onChange: (key: string | undefined) => void
}) {
  const title = useTitle(`subjects.${field}`, value)
  return (
    <ModelField
      model={model}
      field={field}
      help=""
      value={value === undefined ? null : { id: value, title }}
      onChange={(next) => onChange(keyOf(next))}
    />
  )
}
