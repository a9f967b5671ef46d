import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import { ForMembers } from '../frame/for-members.tsx'
import type { RoundAddress } from './address.ts'

const Round = lazyRouteComponent(() => import('./round-page.tsx'), 'RoundPage')

const round = createRoute({
  getParentRoute: () => signedIn,
  path: '/round',
  validateSearch: (search): RoundAddress => search as RoundAddress,
  component: () => (
    <ForMembers title="Daily round">
      <Round />
    </ForMembers>
  ),
})

export const roundRoutes = [round] as const
