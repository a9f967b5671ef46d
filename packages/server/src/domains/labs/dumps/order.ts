import { all, type Model, modelNamed, primaryKey } from '@alyx/models'

/**
 * Models so that each comes after those it refers to, as far as that is possible: where models refer to each other in a
 * circle (subject, litter, breeding pair), references that may be empty point forwards.
 */
export function inDependencyOrder(models: readonly Model[]): Model[] {
  const wanted = new Set(models)
  const ordered = new Set<Model>()
  const underWay = new Set<Model>()
  const visit = (model: Model) => {
    if (ordered.has(model) || underWay.has(model)) return
    underWay.add(model)
    for (const to of needs(model)) visit(to)
    underWay.delete(model)
    ordered.add(model)
  }
  for (const model of models) visit(model)
  return [...ordered].filter((model) => wanted.has(model))
}

/** Models that a row refers to: first those it cannot do without. */
function needs(model: Model): Model[] {
  const fields = Object.values(model.fields).filter((field) => field.kind === 'reference' || field.kind === 'many')
  const must = fields.filter((field) => field.kind === 'reference' && !field.nullable)
  const may = fields.filter((field) => !must.includes(field))
  return [...must, ...may].map((field) => modelNamed(field.to)).filter((to) => to !== model)
}

/**
 * Models that a dump holds unless told otherwise: everything but credentials and what every installation makes for
 * itself (content types, permissions, migrations).
 *
 * @param credentials also password hashes, tokens and logins
 */
export function dumpedModels(credentials: boolean): Model[] {
  const made = new Set(['contenttypes.contenttype', 'auth.permission', 'migrations.migration'])
  return all.filter((model) => !made.has(model.key) && (credentials || !primaryKey(model).field.secret))
}
