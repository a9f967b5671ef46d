import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'

/** Water restriction and training, table by table. */
export const waterRoutes = [
  createRoute({
    getParentRoute: () => signedIn,
    path: '/water',
    component: lazyRouteComponent(() => import('./water-page.tsx'), 'WaterPage'),
  }),
  createRoute({
    getParentRoute: () => signedIn,
    path: '/training',
    component: lazyRouteComponent(() => import('./training-page.tsx'), 'TrainingPage'),
  }),
] as const
