import type { ModelDescription, Row } from '@alyx/client'
import { Alert, Button, Group, Table } from '@mantine/core'
import { partsOf } from '../kinds/index.ts'
import type { Draft } from './draft.ts'
import type { Conflict } from './use-form.ts'

interface ConflictProps {
  readonly description: ModelDescription
  readonly conflict: Conflict
  readonly before: Row
  readonly draft: Draft
  readonly onMine: () => void
  readonly onTheirs: () => void
}

/** Both versions side by side, where somebody else saved first. */
export function ConflictView({ description, conflict, before, draft, onMine, onTheirs }: ConflictProps) {
  const differs = description.fields.filter(
    ({ name }) =>
      conflict.fields.includes(name) || JSON.stringify(before[name]) !== JSON.stringify(conflict.theirs[name]),
  )
  return (
    <Alert color="orange" title="Somebody else saved this first. Nothing of yours is lost.">
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Field</Table.Th>
              <Table.Th scope="col">When you began</Table.Th>
              <Table.Th scope="col">Saved by them</Table.Th>
              <Table.Th scope="col">Yours</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differs.map((facts) => {
              const { cell } = partsOf(facts)
              return (
                <Table.Tr key={facts.name}>
                  <Table.Th scope="row">{facts.label}</Table.Th>
                  <Table.Td>{cell(before[facts.name], facts)}</Table.Td>
                  <Table.Td>{cell(conflict.theirs[facts.name], facts)}</Table.Td>
                  <Table.Td>{facts.name in draft ? cell(draft[facts.name], facts) : '–'}</Table.Td>
                </Table.Tr>
              )
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group mt="sm">
        <Button onClick={onMine}>Save my fields over theirs</Button>
        <Button variant="default" onClick={onTheirs}>
          Take theirs
        </Button>
      </Group>
    </Alert>
  )
}
