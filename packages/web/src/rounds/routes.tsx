import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** State of the round in its address. */
export interface RoundAddress {
  readonly lab?: string
  readonly responsible_user?: string
  /** Name of a cage. */
  readonly cage?: string
  /** Key of the animal that is on the scale. */
  readonly animal?: string
}

const round = createRoute({
  getParentRoute: () => signedIn,
  path: '/round',
  validateSearch: (search): RoundAddress => search as RoundAddress,
  component: lazyRouteComponent(() => import('./round-page.tsx'), 'RoundPage'),
})

export const roundRoutes = [round] as const
