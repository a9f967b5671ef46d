/**
 * Rows that have a page of their own, by model. It stands at Alyx's address of the row, because links to it are in
 * notebooks and mails; the form is at the same address with `view=form`.
 */
import { type AsyncRouteComponent, lazyRouteComponent } from '@tanstack/react-router'

export interface OwnRowProps {
  readonly rowKey: string
}

export const OWN_ROWS: Readonly<Record<string, AsyncRouteComponent<OwnRowProps>>> = {
  'actions.session': lazyRouteComponent(() => import('./sessions/session-page.tsx'), 'SessionPage'),
  'misc.housing': lazyRouteComponent(() => import('./colony/housing-page.tsx'), 'HousingPage'),
  'subjects.line': lazyRouteComponent(() => import('./colony/line-page.tsx'), 'LinePage'),
  'jobs.task': lazyRouteComponent(() => import('./tasks/task-page.tsx'), 'TaskPage'),
  'experiments.probeinsertion': lazyRouteComponent(() => import('./insertions/insertion-page.tsx'), 'InsertionPage'),
  'experiments.fov': lazyRouteComponent(() => import('./insertions/fov-page.tsx'), 'FieldOfViewPage'),
  'subjects.subject': lazyRouteComponent(() => import('./animal/animal-page.tsx'), 'AnimalPage'),
}
