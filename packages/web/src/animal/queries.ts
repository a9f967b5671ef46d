import {
  getAnimal,
  getAnimalNotes,
  getPedigree,
  getPerformance,
  getSurgeries,
  getTimeline,
  getWaterSeries,
} from '@alyx/client'
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
  queryOptions({ queryKey: ['animal', key, 'surgeries'], queryFn: () => getSurgeries(connection, key) })

export const forgetAnimal = (key: string): void => void queryClient.invalidateQueries({ queryKey: ['animal', key] })
