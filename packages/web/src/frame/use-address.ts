import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export type Words = Readonly<Record<string, string | undefined>>

/**
 * What the address of a page says of its view, and a way to say something else; an empty or absent value leaves a parameter
 * out. The place that is looked at stays.
 */
export function useAddress(): readonly [address: Words, change: (part: Words) => void] {
  const search = useSearch({ strict: false }) as Readonly<Record<string, string | readonly string[] | undefined>>
  const navigate = useNavigate()
  const address = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(search).map(([name, value]) => [name, typeof value === 'string' ? value : value?.[0]]),
      ),
    [search],
  )
  const change = useCallback(
    (part: Words) =>
      void navigate({
        to: './',
        search: ((before: object) =>
          Object.fromEntries(
            Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined && value !== ''),
          )) as never,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return [address, change]
}
