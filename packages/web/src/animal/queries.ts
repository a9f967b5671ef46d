import { getAnimal, getAnimalNotes, getPedigree, getPerformance, getTimeline, getWaterSeries } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'
import { queryClient } from '../server/queries.ts'

const { connection } = client

export const animalQuery = (key: string) =>
  queryOptions({ queryKey: ['animal', key], queryFn: () => getAnimal(connection, key) })
export const pedigreeQuery = (key: string, up: string) =>
  queryOptions({ queryKey: ['animal', key, 'pedigree', up], queryFn: () => getPedigree(connection, key, { up }) })
export const waterQuery = (key: string) =>
  queryOptions({ queryKey: ['animal', key, 'water'], queryFn: () => getWaterSeries(connection, key) })
export const performanceQuery = (key: string) =>
  queryOptions({ queryKey: ['animal', key, 'performance'], queryFn: () => getPerformance(connection, key) })
export const timelineQuery = (key: string, asked: Readonly<Record<string, string | undefined>>) =>
  queryOptions({ queryKey: ['animal', key, 'timeline', asked], queryFn: () => getTimeline(connection, key, asked) })
export const notesQuery = (key: string, asked: Readonly<Record<string, string | undefined>>) =>
  queryOptions({ queryKey: ['animal', key, 'notes', asked], queryFn: () => getAnimalNotes(connection, key, asked) })
export const surgeriesQuery = (key: string) =>
  queryOptions({
    queryKey: ['list', 'actions.surgery', 'animal', key],
    queryFn: async () =>
      (await client.list('actions.surgery', { subject: key, ordering: '-start_time', limit: '200' })).results,
  })

export const forgetAnimal = (key: string): void => void queryClient.invalidateQueries({ queryKey: ['animal', key] })
