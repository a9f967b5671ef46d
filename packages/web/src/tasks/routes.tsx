import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import { ForMembers } from '../frame/for-members.tsx'
import type { TasksAddress } from './address.ts'

const Tasks = lazyRouteComponent(() => import('./tasks-page.tsx'), 'TasksPage')

export const taskRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/tasks',
    validateSearch: (search): TasksAddress => search as TasksAddress,
    component: () => (
      <ForMembers title="Tasks">
        <Tasks />
      </ForMembers>
    ),
  }),
] as const
