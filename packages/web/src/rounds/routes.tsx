import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import type { RoundAddress } from './address.ts'

const round = createRoute({
  getParentRoute: () => signedIn,
  path: '/round',
  validateSearch: (search): RoundAddress => search as RoundAddress,
  component: lazyRouteComponent(() => import('./round-page.tsx'), 'RoundPage'),
})

export const roundRoutes = [round] as const
