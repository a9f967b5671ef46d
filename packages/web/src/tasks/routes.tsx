import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import type { TasksAddress } from './address.ts'

export const taskRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/tasks',
    validateSearch: (search): TasksAddress => search as TasksAddress,
    component: lazyRouteComponent(() => import('./tasks-page.tsx'), 'TasksPage'),
  }),
] as const
