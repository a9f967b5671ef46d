import { Kbd, Modal, Table, Title } from '@mantine/core'
import { TourChoice } from './tour-choice.tsx'

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/ or Ctrl K', 'Find anything: animals, sessions, people, keys, pages'],
  ['?', 'This sheet'],
  ['← ↑ → ↓', 'Walk over the cells of a list'],
  ['Enter', 'In the first column: open the row. In others: edit the cell'],
  ['F2', 'Edit the cell'],
  ['Space', 'Select the row; with Shift and the mouse, all up to it'],
  ['Esc', 'Leave a cell as it was; close what is open'],
  ['Shift and a heading', 'Order by another column as well'],
  ['Ctrl S', 'Save a form'],
]

/** The tours, and what the keyboard does. */
export default function HelpSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Help" size="lg">
      <Title order={3} size="h5" mb={6}>
        Tours
      </Title>
      <TourChoice onBegin={onClose} />
      <Title order={3} size="h5" mt="lg" mb={6}>
        Keys
      </Title>
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Th scope="row" w={150}>
                <Kbd>{keys}</Kbd>
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
