import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** State of the page: the region that is looked at, and the words that are looked for. */
export interface RegionsAddress {
  readonly region?: string
  readonly find?: string
}

const regions = createRoute({
  getParentRoute: () => signedIn,
  path: '/regions',
  validateSearch: (search): RegionsAddress => search as RegionsAddress,
  component: lazyRouteComponent(() => import('./regions-page.tsx'), 'RegionsPage'),
})

export const regionRoutes = [regions] as const
