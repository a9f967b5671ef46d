import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** What the page of files shows; all of it stands in its address. */
export interface DataAddress {
  readonly view?: string
}

export const dataRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/files',
    validateSearch: (search): DataAddress => search as DataAddress,
    component: lazyRouteComponent(() => import('./data-page.tsx'), 'DataPage'),
  }),
] as const
