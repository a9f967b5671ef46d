import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import type { RegionsAddress } from './address.ts'

const regions = createRoute({
  getParentRoute: () => signedIn,
  path: '/regions',
  validateSearch: (search): RegionsAddress => search as RegionsAddress,
  component: lazyRouteComponent(() => import('./regions-page.tsx'), 'RegionsPage'),
})

export const regionRoutes = [regions] as const
