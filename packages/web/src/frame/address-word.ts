import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** A word of the address of a row's own page: its tab, what is chosen or looked for on it. */
export function useAddressWord(name: string): readonly [string | undefined, (word: string | undefined) => void] {
  const { app = '', model = '', key = '' } = useParams({ strict: false })
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  const navigate = useNavigate()
  const change = useCallback(
    (word: string | undefined) =>
      void navigate({
        to: '/$app/$model/$key/change/',
        params: { app, model, key },
        search: (before) => ({ ...before, [name]: word }),
        replace: true,
        resetScroll: false,
      }),
    [navigate, app, model, key, name],
  )
  const word = search[name]
  return [typeof word === 'string' ? word : undefined, change]
}
