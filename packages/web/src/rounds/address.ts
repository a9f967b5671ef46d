/** State of the round in its address. */
export interface RoundAddress {
  readonly lab?: string
  readonly responsible_user?: string
  /** Name of a cage. */
  readonly cage?: string
  /** Key of the animal that is on the scale. */
  readonly animal?: string
}
