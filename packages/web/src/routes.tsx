import {
  type AsyncRouteComponent,
  createRoute,
  createRouter,
  lazyRouteComponent,
  useNavigate,
} from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { accountRoutes } from './account/routes.tsx'
import { administrationRoutes } from './administration/routes.tsx'
import { colonyRoutes } from './colony/routes.tsx'
import { dataRoutes } from './data/routes.tsx'
import { ApplicationPage } from './frame/application-page.tsx'
import { login, root, signedIn } from './frame/entrance.tsx'
import { Failure, Missing } from './frame/failure.tsx'
import { countVisit } from './frame/most-used.ts'
import { PasswordPage } from './frame/password-page.tsx'
import type { Address } from './grid/address.ts'
import { VARIANTS } from './grid/variants.ts'
import { OWN_ROWS } from './own-rows.ts'
import { regionRoutes } from './regions/routes.tsx'
import { roundRoutes } from './rounds/routes.tsx'
import { describeQuery, queryClient, rowQuery, useMe } from './server/queries.ts'
import { taskRoutes } from './tasks/routes.tsx'
import { waterRoutes } from './water/routes.tsx'

const Home = lazyRouteComponent(() => import('./home/home-page.tsx'), 'HomePage')
const Grid = lazyRouteComponent(() => import('./grid/grid-page.tsx'), 'GridPage')
const Change = lazyRouteComponent(() => import('./form/form-page.tsx'), 'ChangePage')
const Add = lazyRouteComponent(() => import('./form/form-page.tsx'), 'AddPage')
const History = lazyRouteComponent(() => import('./history/history-page.tsx'), 'HistoryPage')
const Recover = lazyRouteComponent(() => import('./removal/recover-page.tsx'), 'RecoverPage')
const Delete = lazyRouteComponent(() => import('./removal/delete-page.tsx'), 'DeletePage')

/**
 * Waits for the program of a page beside what it shows: one that is missing when the page is drawn makes React show
 * nothing instead for a third of a second, however soon it comes.
 */
async function withProgram<T>(page: AsyncRouteComponent<never>, data: Promise<T> | T): Promise<T> {
  const [found] = await Promise.all([data, page.preload?.()])
  return found
}

const home = createRoute({ getParentRoute: () => signedIn, path: '/', component: Home })
const password = createRoute({ getParentRoute: () => signedIn, path: '/password_change', component: PasswordPage })

const keyIn = ({ app, model }: { readonly app: string; readonly model: string }): string => `${app}.${model}`
/** The model that an address means, also by a name that Alyx's addresses have for some of its rows. */
const modelOf = (params: { readonly app: string; readonly model: string }): string =>
  VARIANTS[keyIn(params)]?.model ?? keyIn(params)

const application = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app',
  component: function ApplicationIndex() {
    const { app } = application.useParams()
    return <ApplicationPage app={app} />
  },
})
const list = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model',
  validateSearch: (search): Address => search as Address,
  loader: ({ params }) => withProgram(Grid, queryClient.ensureQueryData(describeQuery(modelOf(params)))),
  component: function List() {
    const params = list.useParams()
    const address = list.useSearch()
    const navigate = useNavigate()
    const model = modelOf(params)
    const counted = !useMe().is_public_user
    useEffect(() => {
      if (counted) countVisit(params.app, params.model)
    }, [counted, params.app, params.model])
    const onAddress = useCallback(
      (next: Address, replace = false) =>
        void navigate({ to: '/$app/$model/', params: { app: params.app, model: params.model }, search: next, replace }),
      [navigate, params.app, params.model],
    )
    const variant = VARIANTS[keyIn(params)]
    return <Grid key={keyIn(params)} model={model} variant={variant} address={address} onAddress={onAddress} />
  },
})
const add = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model/add',
  validateSearch: (search): Readonly<Record<string, unknown>> => search,
  loaderDeps: ({ search }) => search,
  loader: async ({ params, deps }) => {
    const description = await queryClient.ensureQueryData(describeQuery(modelOf(params)))
    // With the form, which knows how each kind of value is written: the first page does not need that.
    const { givenIn } = await import('./form/given.ts')
    return withProgram(Add, givenIn(description, deps))
  },
  component: function AddRow() {
    const model = modelOf(add.useParams())
    return <Add key={model} model={model} given={add.useLoaderData()} />
  },
})
const recover = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model/recover',
  loader: ({ params }) => queryClient.ensureQueryData(describeQuery(modelOf(params))),
  component: function RecoverRows() {
    const model = modelOf(recover.useParams())
    return <Recover key={model} model={model} />
  },
})
const ofRow = ({
  params,
}: {
  readonly params: { readonly app: string; readonly model: string; readonly key: string }
}) =>
  Promise.all([
    queryClient.ensureQueryData(describeQuery(modelOf(params))),
    queryClient.fetchQuery(rowQuery(modelOf(params), params.key)),
  ])
/** `view=form` asks for the form of a row that has a page of its own. */
const change = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model/$key/change',
  validateSearch: (search): { readonly view?: string } & Readonly<Record<string, unknown>> => search,
  loaderDeps: ({ search }) => ({ form: search.view === 'form' }),
  loader: ({ params, deps }) =>
    deps.form || !OWN_ROWS[modelOf(params)]
      ? withProgram(Change, ofRow({ params }))
      : withProgram(OWN_ROWS[modelOf(params)]!, queryClient.ensureQueryData(describeQuery(modelOf(params)))),
  component: function ChangeRow() {
    const params = change.useParams()
    const { view } = change.useSearch()
    const model = modelOf(params)
    const Own = view === 'form' ? undefined : OWN_ROWS[model]
    return Own ? (
      <Own key={params.key} rowKey={params.key} />
    ) : (
      <Change key={params.key} model={model} rowKey={params.key} />
    )
  },
})
const remove = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model/$key/delete',
  loader: ofRow,
  component: function DeleteRow() {
    const params = remove.useParams()
    return <Delete model={modelOf(params)} rowKey={params.key} />
  },
})
const history = createRoute({
  getParentRoute: () => signedIn,
  path: '/$app/$model/$key/history',
  loader: ({ params }) => queryClient.ensureQueryData(describeQuery(modelOf(params))),
  component: function HistoryOfRow() {
    const params = history.useParams()
    return <History model={modelOf(params)} rowKey={params.key} />
  },
})

/** Parameters of addresses are texts, as the native API reads them; one that is repeated is a list. */
function readSearch(text: string): Record<string, string | string[]> {
  const read: Record<string, string | string[]> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const before = read[name]
    read[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return read
}
function writeSearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(search))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    signedIn.addChildren([
      home,
      password,
      ...accountRoutes,
      ...administrationRoutes,
      ...roundRoutes,
      ...colonyRoutes,
      ...taskRoutes,
      ...regionRoutes,
      application,
      ...dataRoutes,
      ...waterRoutes,
      list,
      add,
      recover,
      change,
      remove,
      history,
    ]),
  ]),
  basepath: '/admin',
  trailingSlash: 'always',
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => <Failure error={error} reset={reset} />,
  defaultNotFoundComponent: Missing,
  defaultPendingMs: 300,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
