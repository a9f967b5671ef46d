import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** Which part is shown, and which of the rights. */
interface AdministrationAddress {
  readonly tab?: string
  readonly q?: string
}

export const administrationRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/administration',
    validateSearch: (search): AdministrationAddress => search as AdministrationAddress,
    component: lazyRouteComponent(() => import('./administration-page.tsx'), 'AdministrationPage'),
  }),
] as const
