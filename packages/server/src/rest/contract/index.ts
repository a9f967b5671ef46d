import * as actions from './actions.ts'
import * as data from './data.ts'
import * as experiments from './experiments.ts'
import * as jobs from './jobs.ts'
import * as misc from './misc.ts'
import type { Resource } from './resource.ts'
import * as subjects from './subjects.ts'

const isResource = (value: unknown): value is Resource => typeof value === 'object' && value !== null && 'path' in value

/** Every collection of the Alyx contract. */
export const resources: readonly Resource[] = [misc, subjects, actions, data, experiments, jobs].flatMap((room) =>
  Object.values(room).filter(isResource),
)

export { type DetailRoute, hasForm, type Method, type Resource } from './resource.ts'
