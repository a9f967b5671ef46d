import type { Reference } from '@alyx/client'
import { Button, Group, Modal, MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { choicesQuery } from '../server/queries.ts'

const PAUSE_MS = 150
/** Living animals that drink as they like. */
const UNRESTRICTED = { restricted: 'false', death_date__isnull: 'true', limit: '50' }

interface AnimalsDialogProps {
  readonly onChosen: (animals: readonly Reference[]) => void
  readonly onClose: () => void
}

/** Which animals are to be put on water restriction. */
export function AnimalsDialog({ onChosen, onClose }: AnimalsDialogProps) {
  const [typed, setTyped] = useState('')
  const [open, setOpen] = useState(false)
  const [asked] = useDebouncedValue(typed, PAUSE_MS)
  const [chosen, setChosen] = useState<readonly Reference[]>([])
  const { data: found = [], isFetching } = useQuery({
    ...choicesQuery('subjects.subject', { ...UNRESTRICTED, search: asked }),
    placeholderData: (before) => before,
  })
  const known = new Map([...chosen, ...found].map((row) => [row.id, { id: row.id, title: row.title }]))
  return (
    <Modal opened onClose={onClose} title="Start water restriction">
      <MultiSelect
        label="Animals"
        description="Living ones that are on no restriction."
        placeholder={chosen.length === 0 ? 'Type a nickname' : ''}
        searchable
        data={[...known.values()].map(({ id, title }) => ({ value: id, label: title }))}
        filter={({ options }) => options}
        value={chosen.map(({ id }) => id)}
        searchValue={typed}
        onSearchChange={setTyped}
        // What is below can be reached once an animal is chosen; typing or a click opens the list again.
        dropdownOpened={open}
        onDropdownOpen={() => setOpen(true)}
        onDropdownClose={() => setOpen(false)}
        onOptionSubmit={() => {
          setTyped('')
          setOpen(false)
        }}
        nothingFoundMessage={isFetching ? 'Looking…' : 'No such animal without a restriction'}
        onChange={(keys) => setChosen(keys.flatMap((key) => known.get(key) ?? []))}
      />
      <Group mt="md">
        <Button disabled={chosen.length === 0} onClick={() => onChosen(chosen)}>
          Go on with {chosen.length === 1 ? '1 animal' : `${chosen.length} animals`}
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </Modal>
  )
}
