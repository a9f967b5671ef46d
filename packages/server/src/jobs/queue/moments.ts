import { raw, type Sql } from '../../database/index.ts'

/** A point of time as programs write it: `2026-03-02T09:30:00.123Z`; null stays null. @param column  of ours, never of a client */
export const isoMoment = (column: string): Sql =>
  raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)
