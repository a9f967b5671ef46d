import type { DatasetChoice } from '@alyx/client'
import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Panel } from '../frame/panel.tsx'
import { type Address, filtersOf, searchOf } from '../grid/address.ts'
import { Chips } from '../grid/chips.tsx'
import { SearchBox } from '../grid/search-box.tsx'
import '../grid/grid.css'
import { inThousands } from '../kinds/amounts.ts'
import { useDescription } from '../server/queries.ts'
import { listOf, wordsOf } from './address.ts'

interface ChoiceProps {
  readonly choice: DatasetChoice
  /** How many datasets that are; undefined while nobody knows. */
  readonly count: number | undefined
  /** Other filters, and no selection any more. */
  readonly onFilter: (question: Address) => void
}

/** Which datasets are meant: those that were selected in their list, or whatever filters find. */
export function Choice({ choice, count, onFilter }: ChoiceProps) {
  const description = useDescription('data.dataset')
  const found = count === undefined ? ' ' : `${inThousands(count)} ${count === 1 ? 'dataset' : 'datasets'}`
  if ('datasets' in choice)
    return (
      <Panel title="Which datasets">
        <Group gap="sm">
          <Text>
            <b>
              {inThousands(choice.datasets.length)} {choice.datasets.length === 1 ? 'dataset' : 'datasets'}
            </b>{' '}
            selected in the list.
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => onFilter({})}>
            Choose with filters instead
          </Button>
        </Group>
      </Panel>
    )
  const question = choice.filter as Address
  const filters = filtersOf(question)
  const search = searchOf(question)
  const words = (text: string) => (text === '' ? {} : { search: text })
  return (
    <Panel
      title="Which datasets"
      beside={
        <Text size="sm" aria-live="polite">
          <b>{found}</b>
        </Text>
      }
    >
      <Group gap="sm">
        <SearchBox
          label="Words that the datasets must have"
          placeholder="Words, as in the list"
          value={search}
          onChange={(text) => onFilter({ ...wordsOf(filters), ...words(text) })}
        />
        <Chips
          description={description}
          filters={filters}
          onChange={(next) => onFilter({ ...wordsOf(next), ...words(search) })}
        />
        <Link
          className="row-link"
          to="/$app/$model/"
          params={{ app: 'data', model: 'dataset' }}
          search={listOf(question)}
        >
          Look at them
        </Link>
      </Group>
      {filters.length === 0 && search === '' && (
        <Text size="sm" className="soft" mt={6}>
          Without a filter all datasets of the laboratory are meant.
        </Text>
      )}
    </Panel>
  )
}
