import { type ModelDescription, Problem, type Row, type Versioned } from '@alyx/client'
import { useState } from 'react'
import { client } from '../server/client.ts'
import { forgetRows } from '../server/queries.ts'
import { changedFields, type Draft, emptyDraft, faultsOf } from './draft.ts'

/** Somebody saved a row while another one was changing it. */
export interface Conflict {
  readonly theirs: Row
  readonly fields: readonly string[]
}

/** A form's draft, its faults, and the way to the server. */
export function useForm(
  description: ModelDescription,
  found: Versioned | undefined,
  given: Draft = {},
  /** Values of a new row that nobody is asked for. */
  fixed: Draft = {},
) {
  const start: Draft = found ? {} : { ...emptyDraft(description), ...given }
  const [draft, setDraft] = useState<Draft>(start)
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const [problem, setProblem] = useState<Problem>()
  const [conflict, setConflict] = useState<Conflict>()
  const [saving, setSaving] = useState(false)
  const changed = changedFields(draft, found?.row ?? start)

  const set = (name: string, value: unknown) => {
    setDraft((before) => ({ ...before, [name]: value }))
    setFaults(({ [name]: _, ...others }) => others)
  }
  const reset = () => {
    setDraft(start)
    setFaults({})
    setProblem(undefined)
    setConflict(undefined)
  }
  const told = (error: unknown) => {
    if (!(error instanceof Problem)) throw error
    setProblem(error)
    setFaults(Object.fromEntries(Object.entries(error.fields).map(([name, said]) => [name, said.join(' ')])))
    const { theirs } = (error.details ?? {}) as { readonly theirs?: Row }
    if (error.code === 'outdated' && theirs) setConflict({ theirs, fields: changed })
  }
  /** @returns the row as it is now; undefined when it was refused, for which the page says why */
  const save = async (version = found?.version): Promise<Row | undefined> => {
    const early = faultsOf(draft, description.fields, !found)
    setFaults(early)
    setProblem(undefined)
    if (Object.keys(early).length > 0) {
      setProblem(new Problem(400, 'invalid', 'Not saved yet: see the fields marked below.'))
      return undefined
    }
    setSaving(true)
    try {
      const values = Object.fromEntries((found ? changed : Object.keys(draft)).map((name) => [name, draft[name]]))
      const row = found
        ? await client.change(description.key, found.row.id, values, version === '' ? undefined : version)
        : await client.create(description.key, { ...values, ...fixed })
      // The draft of a row that is there goes with its version, when the page has the next one.
      if (!found) setDraft(start)
      setConflict(undefined)
      forgetRows(description.key)
      return row
    } catch (error) {
      told(error)
      return undefined
    } finally {
      setSaving(false)
    }
  }
  return { draft, faults, problem, conflict, saving, changed, set, reset, save }
}
