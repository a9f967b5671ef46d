import type { ModelDescription, SavedView } from '@alyx/client'
import { ActionIcon, Button, Checkbox, Group, Modal, Popover, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../server/client.ts'
import { queryClient, savedViewsQuery } from '../server/queries.ts'
import { type Address, columnsOf, orderingOf } from './address.ts'

interface ViewsMenuProps {
  readonly description: ModelDescription
  readonly address: Address
  readonly onAddress: (address: Address) => void
}

const addressOf = ({ columns, filters, sort }: SavedView): Address => ({
  view: 'all',
  ...filters,
  ...(columns.length > 0 && { columns: columns.join(',') }),
  ...(sort.length > 0 && { ordering: sort.join(',') }),
})

/** Views that somebody kept: columns, filters and order under a name. */
export function ViewsMenu({ description, address, onAddress }: ViewsMenuProps) {
  const { data: views = [] } = useQuery(savedViewsQuery(description.key))
  const [open, { toggle, close }] = useDisclosure()
  const [keeping, keep] = useDisclosure()
  const forget = () => queryClient.invalidateQueries({ queryKey: ['views', description.key] })
  return (
    <>
      <Popover opened={open} onDismiss={close} width={280} position="bottom-start" trapFocus>
        <Popover.Target>
          <Button variant="subtle" leftSection={<IconBookmark size={16} aria-hidden />} onClick={toggle}>
            Views
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap={4}>
            {views.length === 0 && (
              <Text size="sm" c="dimmed">
                A view keeps columns, filters and order of this list under a name, for you or for everybody.
              </Text>
            )}
            {views.map((view) => (
              <Group key={view.id} gap={4} wrap="nowrap">
                <Button
                  flex={1}
                  variant="subtle"
                  justify="flex-start"
                  size="compact-sm"
                  onClick={() => {
                    close()
                    onAddress(addressOf(view))
                  }}
                >
                  {view.name}
                  {view.shared && ' · shared'}
                </Button>
                {view.mine && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove the view ${view.name}`}
                    onClick={async () => {
                      await client.removeView(view.id)
                      await forget()
                    }}
                  >
                    <IconTrash size={15} aria-hidden />
                  </ActionIcon>
                )}
              </Group>
            ))}
            <Button
              variant="light"
              size="compact-sm"
              onClick={() => {
                close()
                keep.open()
              }}
            >
              Keep this view…
            </Button>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <Modal opened={keeping} onClose={keep.close} title="Keep this view">
        {keeping && (
          <KeepView
            description={description}
            address={address}
            onDone={async () => {
              keep.close()
              await forget()
            }}
          />
        )}
      </Modal>
    </>
  )
}

function KeepView({
  description,
  address,
  onDone,
}: Pick<ViewsMenuProps, 'description' | 'address'> & { readonly onDone: () => void }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [error, setError] = useState<string>()
  const { columns: _, ordering: __, view: ___, ...filters } = address
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault()
        try {
          const sort = orderingOf(address)
          await client.keepView({
            model: description.key,
            name,
            shared,
            columns: columnsOf(address, description),
            filters,
            sort,
          })
          onDone()
        } catch (problem) {
          setError(problem instanceof Error ? problem.message : String(problem))
        }
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          error={error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          label="Everybody sees it"
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Button type="submit">Keep</Button>
      </Stack>
    </form>
  )
}
