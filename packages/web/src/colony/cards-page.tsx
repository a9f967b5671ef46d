import type { CageCard, Parameters } from '@alyx/client'
import { Button, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { type CardContents, contentsOfAnimal, contentsOfCage } from './card-contents.ts'
import { laidOut } from './card-layout.ts'
import { CardSheets } from './card-sheets.tsx'
import './cards.css'
import { FORMATS, formatCalled, placeOf } from './formats.ts'
import { browserMeasure } from './measure.ts'
import { keyOf, ModelField, useTitle } from './model-field.tsx'
import { Empty, PageHead, Refusal, Section } from './parts.tsx'
import { cardsQuery } from './queries.ts'
import { counted } from './words.ts'

export interface CardsAddress {
  readonly subjects?: string
  readonly housings?: string
  readonly cages?: string
  readonly lab?: string
  readonly format?: string
  readonly of?: string
}

const FETCHED_MS = 60_000
const WHAT = ['subjects', 'housings', 'cages', 'lab'] as const

const contentsOf = (cards: readonly CageCard[], perAnimal: boolean, origin: string): readonly CardContents[] =>
  cards.flatMap((card) =>
    perAnimal ? card.animals.map((animal) => contentsOfAnimal(animal, card, origin)) : [contentsOfCage(card, origin)],
  )

/** Cards of cages and labels of animals: chosen, looked at, printed or taken along as a PDF. */
export function CardsPage({ address }: { readonly address: CardsAddress }) {
  const navigate = useNavigate()
  const chosen: Parameters = Object.fromEntries(WHAT.flatMap((name) => (address[name] ? [[name, address[name]]] : [])))
  const asked = Object.keys(chosen).length > 0
  const { data, error } = useQuery({ ...cardsQuery(chosen), enabled: asked })
  const lab = useTitle('misc.lab', address.lab)
  const [cages, setCages] = useState(address.cages ?? '')
  const format = formatCalled(address.format)
  const perAnimal = address.of === 'animals'
  const about = (next: Partial<Record<keyof CardsAddress, string | undefined>>) =>
    void navigate({ to: '/colony/cards/', search: { ...address, ...next } as CardsAddress, replace: true })
  const cards = useMemo(() => {
    const measure = browserMeasure()
    return contentsOf(data ?? [], perAnimal, window.location.origin).map((contents) => ({
      contents,
      marks: laidOut(contents, format, measure),
    }))
  }, [data, perAnimal, format])
  usePageSize(format.sheet.width, format.sheet.height)
  const download = useMutation({
    async mutationFn() {
      const { pdfOf } = await import('./card-pdf.ts')
      const bytes = await pdfOf(
        cards.map(({ marks }) => marks),
        format,
      )
      const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/pdf' }))
      const link = document.createElement('a')
      link.href = url
      link.download = `${format.kind}s-${format.key}.pdf`
      link.click()
      // Some browsers fetch it only after the click.
      setTimeout(() => URL.revokeObjectURL(url), FETCHED_MS)
    },
    onError: (problem) => notifications.show({ color: 'red', title: 'No PDF', message: problem.message }),
  })
  const pages = cards.length === 0 ? 0 : placeOf(cards.length - 1, format).page + 1
  return (
    <div className="page cards-page">
      <PageHead
        title="Cards and labels"
        help="For cages and animals, each with a code that a phone or tablet opens. Print at 100 per cent, without margins of the printer."
      />
      <Section title="What to print">
        <div className="destinations">
          <TextInput
            label="Cages"
            description="Names, apart by commas."
            value={cages}
            onChange={(event) => setCages(event.currentTarget.value)}
            onBlur={() => cages !== (address.cages ?? '') && about({ cages: cages.trim() || undefined })}
            onKeyDown={(event) => event.key === 'Enter' && about({ cages: cages.trim() || undefined })}
          />
          <ModelField
            model="subjects.line"
            field="lab"
            label="All cages of a lab"
            help="Of its living animals."
            value={address.lab === undefined ? null : { id: address.lab, title: lab }}
            onChange={(next) => about({ lab: keyOf(next) })}
          />
          <Select
            label="Size"
            description="In millimetres."
            allowDeselect={false}
            data={FORMATS.map(({ key, title }) => ({ value: key, label: title }))}
            value={format.key}
            onChange={(key) => about({ format: key ?? undefined })}
          />
          <div>
            <Text size="sm" fw={500} mb={4}>
              One for each
            </Text>
            <SegmentedControl
              aria-label="One for each"
              value={perAnimal ? 'animals' : 'cages'}
              data={[
                { value: 'cages', label: 'cage' },
                { value: 'animals', label: 'animal' },
              ]}
              onChange={(of) => about({ of })}
            />
          </div>
        </div>
        {(address.subjects || address.housings) && (
          <Text size="sm" mt="sm">
            {address.subjects && 'Animals that were chosen. '}
            {address.housings && 'Housings that were chosen. '}
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => about({ subjects: undefined, housings: undefined })}
            >
              Choose others
            </Button>
          </Text>
        )}
      </Section>
      <Refusal error={error} title="The cards cannot be shown" />
      {!asked && (
        <Section title="Nothing is chosen yet">
          <Empty>
            Name cages or choose a lab above; or select animals or housings in their lists and press "Print labels…".
          </Empty>
        </Section>
      )}
      {asked && data && cards.length === 0 && (
        <Section title="Nothing to print">
          <Empty>No living animal is in these cages. Cards show who lives in a cage now.</Empty>
        </Section>
      )}
      {cards.length > 0 && (
        <>
          <Group className="print-bar">
            <Button onClick={() => window.print()}>Print</Button>
            <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
              Download PDF
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {counted(cards.length, format.kind)} on {counted(pages, 'page')}
            </Text>
          </Group>
          <CardSheets cards={cards} format={format} />
        </>
      )}
    </div>
  )
}

/** Tells the printer the size of the paper; a style sheet of files cannot, because people choose it. */
function usePageSize(width: number, height: number): void {
  useEffect(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`@page { size: ${width}mm ${height}mm; margin: 0 }`)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
    }
  }, [width, height])
}
