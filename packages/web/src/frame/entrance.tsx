import { createRootRouteWithContext, createRoute, Outlet, redirect, useNavigate } from '@tanstack/react-router'
import { meQuery, modelsQuery, queryClient, sessionQuery } from '../server/queries.ts'
import { Failure, Missing } from './failure.tsx'
import { LoginPage } from './login-page.tsx'
import { Shell } from './shell.tsx'

export const root = createRootRouteWithContext()({
  component: Outlet,
  notFoundComponent: Missing,
  errorComponent: Failure,
})

export const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: function Login() {
    const navigate = useNavigate()
    const { next } = login.useSearch() as { next?: string }
    return (
      <LoginPage
        onDone={async () => {
          queryClient.clear()
          // Only ever a page of ours.
          await navigate({ to: next?.startsWith('/') && !next.startsWith('//') ? next : '/' })
        }}
      />
    )
  },
})

/** Everything that only people who signed in may see. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  errorComponent: ({ error, reset }) => <Failure error={error} reset={reset} />,
  async beforeLoad({ location }) {
    const username = await queryClient.ensureQueryData(sessionQuery)
    if (username === null) {
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
      throw redirect({ to: '/login/', search: { next: location.href.replace(/^\/admin/, '') } })
    }
  },
  loader: () => Promise.all([queryClient.ensureQueryData(meQuery), queryClient.ensureQueryData(modelsQuery)]),
})
