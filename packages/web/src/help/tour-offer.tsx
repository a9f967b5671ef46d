import { CloseButton } from '@mantine/core'
import { TourChoice } from './tour-choice.tsx'
import { useTour } from './use-tour.ts'
import './tours.css'

/** Offered on the first page until somebody took a tour or said no. */
export function TourOffer() {
  const [state, setState] = useTour()
  if (state !== 'new') return null
  return (
    <section className="card offer" aria-label="A tour">
      <p>
        New here? A tour shows in two minutes where what you do is done. You find it again under your name, at{' '}
        <b>Help</b>.
      </p>
      <TourChoice />
      <CloseButton aria-label="No tour" onClick={() => setState('over')} />
    </section>
  )
}
