/** Where in a dump something is wrong. */
export interface Place {
  /** Line of the file where the object begins, from 1. */
  readonly line: number
  readonly model?: string
  readonly pk?: string
  readonly field?: string
}

/** A dump that cannot be loaded: says where and what was expected. Nothing of the dump has been loaded. */
export class DumpError extends Error {
  readonly place: Place
  /** What is wrong, without the place. */
  readonly problem: string

  constructor(place: Place, problem: string, options?: ErrorOptions) {
    const object = [place.model, place.pk].filter(Boolean).join(' ')
    super(
      [`line ${place.line}`, object, place.field && `field "${place.field}"`].filter(Boolean).join(', ') +
        `: ${problem}`,
      options,
    )
    this.name = 'DumpError'
    this.place = place
    this.problem = problem
  }
}
