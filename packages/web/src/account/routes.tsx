import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** Which part of the account is shown. */
interface AccountAddress {
  readonly tab?: string
}

export const accountRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/account',
    validateSearch: (search): AccountAddress => search as AccountAddress,
    component: lazyRouteComponent(() => import('./account-page.tsx'), 'AccountPage'),
  }),
] as const
