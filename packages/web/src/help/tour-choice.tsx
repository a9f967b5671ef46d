import { Button, Group } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { TOURS, tourNames } from './tours.ts'
import { useTour } from './use-tour.ts'

/** The tours, each a button that begins it. */
export function TourChoice({ onBegin }: { readonly onBegin?: () => void }) {
  const [, setState] = useTour()
  const navigate = useNavigate()
  return (
    <Group gap="xs" role="group" aria-label="Tours">
      {tourNames.map((name) => (
        <Button
          key={name}
          variant="light"
          className="tour-begin"
          title={TOURS[name].who}
          onClick={() => {
            onBegin?.()
            setState({ name, at: 0 })
            void navigate({ to: TOURS[name].stops[0].to })
          }}
        >
          {TOURS[name].title}
        </Button>
      ))}
    </Group>
  )
}
