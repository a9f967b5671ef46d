/** State of the page: the region that is looked at, and the words that are looked for. */
export interface RegionsAddress {
  readonly region?: string
  readonly find?: string
}
