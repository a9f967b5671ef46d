import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

const LONG_ENOUGH_MS = 10_000

/** Says what was done and offers to take it back for a while. */
export function undoable(sentence: string, takeBack: () => Promise<void>): void {
  const id = notifications.show({
    autoClose: LONG_ENOUGH_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{sentence}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={async () => {
            notifications.hide(id)
            try {
              await takeBack()
              notifications.show({ message: 'Taken back' })
            } catch (error) {
              const message = error instanceof Error ? error.message : String(error)
              notifications.show({ color: 'red', title: 'It could not be taken back', message })
            }
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
}
