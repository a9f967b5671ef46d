import { Button, CloseButton, Group, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { TOURS, type Tour } from './tours.ts'
import { useTour } from './use-tour.ts'
import './tours.css'

const LOOK_MS = 200

const visible = (element: Element): boolean => element.getClientRects().length > 0

/** Marks what a stop means as soon as the page has it, and takes the mark away with the stop. */
function useMark(selector: string | undefined): void {
  useEffect(() => {
    if (!selector) return
    let marked: Element | undefined
    // Pages come and go below the tour: what is marked may be that of the page before.
    const look = setInterval(() => {
      if (marked?.isConnected && visible(marked)) return
      marked?.removeAttribute('data-toured')
      marked = [...document.querySelectorAll(selector)].find(visible)
      marked?.setAttribute('data-toured', '')
      marked?.scrollIntoView({ block: 'nearest' })
    }, LOOK_MS)
    return () => {
      clearInterval(look)
      marked?.removeAttribute('data-toured')
    }
  }, [selector])
}

/** The tour that somebody is on, beside the page that it speaks of: the page stays usable. */
export default function TourCard() {
  const [state, setState] = useTour()
  const navigate = useNavigate()
  const title = useRef<HTMLHeadingElement>(null)
  const on = typeof state === 'object' ? state : undefined
  const tour: Tour | undefined = on && TOURS[on.name]
  const stop = on && tour?.stops[on.at]
  useMark(stop?.show)
  // Whoever hears the page read is told where the tour has come to.
  useEffect(() => {
    if (stop) title.current?.focus({ preventScroll: true })
  }, [stop])
  if (!on || !tour || !stop) return null
  const go = (at: number) => {
    const next = tour.stops[at]
    setState(next ? { name: on.name, at } : 'over')
    if (next) void navigate({ to: next.to, search: next.search ?? {} })
  }
  const last = on.at === tour.stops.length - 1
  return (
    <section className="tour" aria-labelledby="tour-title">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="xs" className="soft">
          {tour.title}: {on.at + 1} of {tour.stops.length}
        </Text>
        <CloseButton size="sm" aria-label="End the tour" onClick={() => setState('over')} />
      </Group>
      <h2 id="tour-title" ref={title} tabIndex={-1}>
        {stop.title}
      </h2>
      <Text size="sm">{stop.text}</Text>
      <Group justify="flex-end" gap="xs" mt="sm">
        {on.at > 0 && (
          <Button variant="subtle" size="compact-md" onClick={() => go(on.at - 1)}>
            Back
          </Button>
        )}
        <Button size="compact-md" onClick={() => go(on.at + 1)}>
          {last ? 'Done' : 'Next'}
        </Button>
      </Group>
    </section>
  )
}
