import type { Animal } from '@alyx/client'
import { Skeleton } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { type ComponentType, type KeyboardEvent, lazy, Suspense, useEffect } from 'react'
import { useAddress } from '../frame/use-address.ts'
import { useLiveAnswers } from '../server/live.ts'
import './animal.css'
import { AnimalHead } from './head.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { animalQuery } from './queries.ts'

/** Records that an animal's page is made from. */
const MODELS =
  'subjects.subject,subjects.litter,subjects.breedingpair,actions.weighing,actions.wateradministration,actions.waterrestriction,actions.session,actions.surgery,actions.cull,misc.note,misc.housing'

interface Tab {
  readonly key: string
  readonly title: string
  readonly Content: ComponentType<{ readonly animal: Animal }>
}

const TABS: readonly Tab[] = [
  { key: 'overview', title: 'Overview', Content: OverviewTab },
  { key: 'water', title: 'Weight and water', Content: lazy(() => import('./water-tab.tsx')) },
  { key: 'sessions', title: 'Performance', Content: lazy(() => import('./sessions-tab.tsx')) },
  { key: 'surgeries', title: 'Surgeries', Content: lazy(() => import('./surgeries-tab.tsx')) },
  { key: 'timeline', title: 'Timeline', Content: lazy(() => import('./timeline-tab.tsx')) },
  { key: 'pedigree', title: 'Pedigree', Content: lazy(() => import('./pedigree-tab.tsx')) },
  { key: 'notes', title: 'Notes', Content: lazy(() => import('./notes-tab.tsx')) },
]

/** One animal: who it is, and tabs with all that is known of it. The tab stands in the address. */
export function AnimalPage({ rowKey }: { readonly rowKey: string }) {
  const { data: animal } = useSuspenseQuery(animalQuery(rowKey))
  useLiveAnswers(MODELS, `animal ${rowKey}`)
  const [address, change] = useAddress()
  const tab = TABS.find(({ key }) => key === address.tab) ?? TABS[0]!
  useEffect(() => {
    document.title = `${animal.nickname} · Alyx`
    return () => {
      document.title = 'Alyx'
    }
  }, [animal.nickname])
  useEffect(() => {
    // Tabs that a narrow screen has no room for are scrolled to.
    document.getElementById(`tab-${tab.key}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab.key])
  const open = ({ key }: Tab) => {
    // What one tab says of its view means nothing to another.
    const others = Object.fromEntries(Object.keys(address).map((name) => [name, undefined]))
    change({ ...others, tab: key === TABS[0]!.key ? undefined : key })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]!
    open(next)
    document.getElementById(`tab-${next.key}`)?.focus()
  }
  return (
    <div className="page animal">
      <AnimalHead animal={animal} />
      <div className="tabs" role="tablist" aria-label={`Pages of ${animal.nickname}`} onKeyDown={onKeyDown}>
        {TABS.map((one) => (
          <button
            key={one.key}
            id={`tab-${one.key}`}
            type="button"
            role="tab"
            aria-selected={one === tab}
            aria-controls="tab-content"
            tabIndex={one === tab ? 0 : -1}
            onClick={() => open(one)}
          >
            {one.title}
          </button>
        ))}
      </div>
      <div id="tab-content" role="tabpanel" aria-labelledby={`tab-${tab.key}`} className="tab-content">
        <Suspense fallback={<Skeleton height={320} radius="md" />}>
          <tab.Content key={tab.key} animal={animal} />
        </Suspense>
      </div>
    </div>
  )
}
