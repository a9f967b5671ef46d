import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** What the page of tasks shows; all of it stands in its address. */
export interface TasksAddress {
  readonly view?: string
  readonly graph?: string
  readonly lab?: string
  readonly project?: string
  readonly status?: string
  readonly days?: string
}

export const taskRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/tasks',
    validateSearch: (search): TasksAddress => search as TasksAddress,
    component: lazyRouteComponent(() => import('./tasks-page.tsx'), 'TasksPage'),
  }),
] as const
