/**
 * Why a change is refused: what the rooms above turn into a status and a body.
 *
 * `invalid`: what was sent cannot be recorded. `protected`: it may not be touched. `in_use`: other records need it.
 * `forbidden`: not by this person. `conflict`: somebody else was faster. `missing`: what was named does not exist. `reused`:
 * the key of a request belongs to another one.
 */
export type RefusalKind = 'invalid' | 'protected' | 'in_use' | 'forbidden' | 'conflict' | 'missing' | 'reused'

/** Faults by field, each with all that is wrong with it; what concerns no single field stands under ''. */
export type Faults = Readonly<Record<string, readonly string[]>>

/** A change that is not made. Thrown inside the transaction, which then leaves nothing behind. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly kind: RefusalKind
  /** Faults by field, when the refusal is about fields. */
  readonly faults: Faults | undefined
  /** What else the answer should carry, such as the records that stand in the way. */
  readonly details: unknown

  constructor(kind: RefusalKind, message: string, more: { faults?: Faults; details?: unknown } = {}) {
    super(message)
    this.kind = kind
    this.faults = more.faults
    this.details = more.details
  }
}

/** A refusal of values by field: `invalid({ end_time: ['…'] })`. */
export const invalid = (faults: Faults): Refused =>
  new Refused('invalid', Object.values(faults).flat().join(' '), { faults })
