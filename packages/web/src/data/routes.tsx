import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import { describeQuery, queryClient } from '../server/queries.ts'
import type { DataAddress } from './address.ts'

export const dataRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/files',
    validateSearch: (search): DataAddress => search as DataAddress,
    loader: () => queryClient.ensureQueryData(describeQuery('data.dataset')),
    component: lazyRouteComponent(() => import('./data-page.tsx'), 'DataPage'),
  }),
] as const
