import { Subject } from '@alyx/models'
import { sql } from '../../../database/index.ts'
import type { Key, Recorder } from '../../../records/index.ts'
import { loadWaterInputs } from '../water-control/load.ts'
import { WaterControl } from '../water-control/water-control.ts'

/** How far an animal is used, as the authorities count it. 4 is only ever set by hand. */
export type ProtocolNumber = '1' | '2' | '3'

/** 3 while its water is restricted, else 2 once it had a surgery, else 1. */
export function protocolNumber(restricted: boolean, operated: boolean): ProtocolNumber {
  if (restricted) return '3'
  return operated ? '2' : '1'
}

/**
 * The protocol number that each subject has now, by its surgeries and restrictions. A restriction in force is the same
 * here as in water control. Three statements, however many subjects.
 */
export async function protocolNumbers(
  { db, moment }: Recorder,
  subjects: readonly Key[],
): Promise<Map<Key, ProtocolNumber>> {
  if (subjects.length === 0) return new Map()
  const at = moment.instant.toISOString()
  const found = await loadWaterInputs(db, { ids: subjects }, { from: at, to: at })
  const operated = await db.rows(
    sql`select distinct subject_id from actions_surgery where subject_id = any(${subjects}::uuid[])`,
  )
  const withSurgery = new Set(operated.map(([subject]) => subject))
  return new Map(
    found.map(({ id, inputs }) => {
      const control = new WaterControl(inputs)
      const restricted = control.restrictionAt(control.today(moment.instant)) !== null
      return [id, protocolNumber(restricted, withSurgery.has(id))]
    }),
  )
}

/**
 * Writes the protocol numbers that follow from surgeries and restrictions over what the subjects have, a number set by
 * hand included. Subjects that are gone are left out.
 */
export async function refreshProtocolNumbers(recorder: Recorder, subjects: readonly Key[]): Promise<void> {
  // Locked first: whoever changes another restriction of the animal at the same time must see ours, or wait for it.
  const rows = await recorder.lock(Subject, subjects)
  const numbers = await protocolNumbers(recorder, [...rows.keys()])
  const changes = [...numbers].flatMap(([key, protocol_number]) =>
    rows.get(key)?.protocol_number === protocol_number ? [] : [{ key, values: { protocol_number } }],
  )
  await recorder.change(Subject, changes)
}
