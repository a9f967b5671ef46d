import type { ModelDescription, Page, Row } from '@alyx/client'
import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client } from '../server/client.ts'
import { type Address, questionOf } from './address.ts'

const PAGE_ROWS = '100'

/** Only the first page counts: all pages have the same number. */
const uncounted = (address: string): string => address.replace(/([?&])count=true&?/, '$1').replace(/[?&]$/, '')

/** Rows of a list, page after page as they are scrolled to, and how many there are. */
export function useRows(description: ModelDescription, columns: readonly string[], address: Address) {
  const parameters = { ...questionOf(address), fields: columns.join(','), limit: PAGE_ROWS, count: 'true' }
  const found = useInfiniteQuery<Page, Error, InfiniteData<Page>, readonly unknown[], string | undefined>({
    queryKey: ['list', description.key, parameters],
    initialPageParam: undefined,
    queryFn: ({ pageParam, signal }) =>
      pageParam === undefined
        ? client.list(description.key, parameters, signal)
        : client.page(uncounted(pageParam), signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
  })
  const rows = useMemo<Row[]>(() => found.data?.pages.flatMap(({ results }) => results) ?? [], [found.data])
  return { ...found, rows, count: found.data?.pages[0]?.count }
}
