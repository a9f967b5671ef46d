import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { signedIn } from '../frame/entrance.tsx'
import { ForMembers } from '../frame/for-members.tsx'
import { describeQuery, queryClient } from '../server/queries.ts'
import type { AnimalsAddress } from './animals-page.tsx'
import type { CardsAddress } from './cards-page.tsx'
import type { GenotypesAddress } from './genotypes-page.tsx'
import type { OverviewAddress } from './overview-page.tsx'
import type { PairsAddress } from './pairs-page.tsx'

const Overview = lazyRouteComponent(() => import('./overview-page.tsx'), 'OverviewPage')
const Animals = lazyRouteComponent(() => import('./animals-page.tsx'), 'AnimalsPage')
const Pairs = lazyRouteComponent(() => import('./pairs-page.tsx'), 'PairsPage')
const NewLitter = lazyRouteComponent(() => import('./litter-page.tsx'), 'NewLitterPage')
const MorePups = lazyRouteComponent(() => import('./litter-page.tsx'), 'MorePupsPage')
const Wean = lazyRouteComponent(() => import('./wean-page.tsx'), 'WeanPage')
const Genotypes = lazyRouteComponent(() => import('./genotypes-page.tsx'), 'GenotypesPage')
const Requests = lazyRouteComponent(() => import('./requests-page.tsx'), 'RequestsPage')
const Fulfil = lazyRouteComponent(() => import('./requests-page.tsx'), 'FulfilPage')
const Cull = lazyRouteComponent(() => import('./cull-page.tsx'), 'CullPage')
const Move = lazyRouteComponent(() => import('./move-page.tsx'), 'MovePage')
const Cards = lazyRouteComponent(() => import('./cards-page.tsx'), 'CardsPage')

const getParentRoute = () => signedIn
/** Models whose declarations the inputs of a page come from, so that nothing jumps when it opens. */
const describing = (...models: readonly string[]) => ({
  loader: () => Promise.all(models.map((model) => queryClient.ensureQueryData(describeQuery(model)))),
})

const overview = createRoute({
  getParentRoute,
  path: '/colony',
  validateSearch: (search): OverviewAddress => search,
  ...describing('subjects.line'),
  component: () => <Overview address={overview.useSearch()} />,
})
const animals = createRoute({
  getParentRoute,
  path: '/colony/animals',
  validateSearch: (search): AnimalsAddress => search as AnimalsAddress,
  component: () => <Animals address={animals.useSearch()} />,
})
const pairs = createRoute({
  getParentRoute,
  path: '/colony/pairs',
  validateSearch: (search): PairsAddress => search,
  ...describing('subjects.breedingpair'),
  component: () => <Pairs address={pairs.useSearch()} />,
})
const newLitter = createRoute({
  getParentRoute,
  path: '/colony/litters/new',
  validateSearch: (search): { readonly pair?: string } => search,
  ...describing('subjects.litter'),
  component: () => (
    <ForMembers title="New litter">
      <NewLitter pair={newLitter.useSearch().pair} />
    </ForMembers>
  ),
})
const morePups = createRoute({
  getParentRoute,
  path: '/colony/litters/$litter/pups',
  component: function PupsOfLitter() {
    const { litter } = morePups.useParams()
    return (
      <ForMembers title="More pups">
        <MorePups key={litter} litter={litter} />
      </ForMembers>
    )
  },
})
const wean = createRoute({
  getParentRoute,
  path: '/colony/wean',
  validateSearch: (search): { readonly litters?: string } => search,
  ...describing('misc.housingsubject'),
  component: () => (
    <ForMembers title="Wean">
      <Wean litters={wean.useSearch().litters} />
    </ForMembers>
  ),
})
const genotypes = createRoute({
  getParentRoute,
  path: '/colony/genotypes',
  validateSearch: (search): GenotypesAddress => search,
  ...describing('subjects.subject'),
  component: () => <Genotypes address={genotypes.useSearch()} />,
})
const requests = createRoute({
  getParentRoute,
  path: '/colony/requests',
  validateSearch: (search): { readonly status?: string } => search,
  component: () => <Requests address={requests.useSearch()} />,
})
const fulfil = createRoute({
  getParentRoute,
  path: '/colony/requests/$request',
  component: function FulfilRequest() {
    const { request } = fulfil.useParams()
    return (
      <ForMembers title="Hand animals over">
        <Fulfil key={request} request={request} />
      </ForMembers>
    )
  },
})
const cull = createRoute({
  getParentRoute,
  path: '/colony/cull',
  validateSearch: (search): { readonly subjects?: string } => search,
  ...describing('actions.cull', 'subjects.subject'),
  component: () => (
    <ForMembers title="Cull animals">
      <Cull subjects={cull.useSearch().subjects} />
    </ForMembers>
  ),
})
const move = createRoute({
  getParentRoute,
  path: '/colony/move',
  validateSearch: (search): { readonly subjects?: string; readonly to?: string } => search,
  ...describing('misc.housingsubject'),
  component: () => (
    <ForMembers title="Move animals">
      <Move {...moveAddress(move.useSearch())} />
    </ForMembers>
  ),
})
const moveAddress = ({ subjects, to }: { readonly subjects?: string; readonly to?: string }) => ({ subjects, to })
const cards = createRoute({
  getParentRoute,
  path: '/colony/cards',
  validateSearch: (search): CardsAddress => search,
  ...describing('subjects.line'),
  component: () => <Cards address={cards.useSearch()} />,
})

export const colonyRoutes = [
  overview,
  animals,
  pairs,
  newLitter,
  morePups,
  wean,
  genotypes,
  requests,
  fulfil,
  cull,
  move,
  cards,
] as const
