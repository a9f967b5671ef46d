import { useLocalStorage } from '@mantine/hooks'
import { useMe } from '../server/queries.ts'
import type { TourName } from './tours.ts'

/** Where somebody is on a tour; `over` once they took one or did not want any. */
type TourState = { readonly name: TourName; readonly at: number } | 'over' | 'new'

/** The tour of whoever signed in, kept by this browser, so that a page that is loaded anew goes on with it. */
export function useTour(): readonly [TourState, (next: TourState) => void] {
  const { username } = useMe()
  const [state, setState] = useLocalStorage<TourState>({
    key: `alyx-tour-${username}`,
    defaultValue: 'new',
    getInitialValueInEffect: false,
  })
  return [state, setState]
}
