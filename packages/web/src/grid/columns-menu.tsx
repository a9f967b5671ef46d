import type { ModelDescription } from '@alyx/client'
import { Button, Checkbox, Popover, ScrollArea, Stack } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { usePaths } from './paths.ts'

interface ColumnsMenuProps {
  readonly description: ModelDescription
  readonly columns: readonly string[]
  readonly onChange: (columns: readonly string[]) => void
}

/** Which columns a list has: those of the declaration first, then every field. */
export function ColumnsMenu({ description, columns, onChange }: ColumnsMenuProps) {
  const all = [...new Set([...columns, ...description.list, ...description.fields.map(({ name }) => name)])]
  const named = usePaths(description, all)
  return (
    <Popover width={280} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button variant="subtle" visibleFrom="sm" leftSection={<IconColumns3 size={16} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ScrollArea.Autosize mah={380}>
          <Stack gap={8}>
            {named.map(({ path, label }) => (
              <Checkbox
                key={path}
                size="xs"
                label={label}
                checked={columns.includes(path)}
                disabled={columns.length === 1 && columns.includes(path)}
                onChange={({ currentTarget: { checked } }) =>
                  onChange(checked ? [...columns, path] : columns.filter((one) => one !== path))
                }
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
        <Button mt="sm" size="compact-sm" variant="subtle" onClick={() => onChange([])}>
          As usual
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
