/** What can be done with selected rows of a model on a page of its own: the keys travel in its address. */
export interface SelectionAction {
  readonly model: string
  readonly label: string
  /** Below `/admin`. */
  readonly to: string
  readonly parameter: string
  /** Rows that fit into an address. */
  readonly most: number
  /** What else the address says. */
  readonly search?: Readonly<Record<string, string>>
}

const MOST_KEYS = 200

const ACTIONS: readonly SelectionAction[] = [
  { model: 'subjects.subject', label: 'Cull…', to: '/colony/cull/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Move to a cage…', to: '/colony/move/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Genotypes…', to: '/colony/genotypes/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Print labels…', to: '/colony/cards/', parameter: 'subjects', most: MOST_KEYS },
  {
    model: 'data.dataset',
    label: 'Tag, protect, revise…',
    to: '/files/',
    parameter: 'datasets',
    most: MOST_KEYS,
    search: { view: 'bulk' },
  },
  { model: 'misc.housing', label: 'Print cage cards…', to: '/colony/cards/', parameter: 'housings', most: MOST_KEYS },
]

export const actionsOf = (model: string): readonly SelectionAction[] => ACTIONS.filter((one) => one.model === model)

/** What can be done with all rows that the filters of a list leave: the filters travel in the address. */
export interface ListAction {
  readonly model: string
  readonly label: string
  /** Below `/admin`. */
  readonly to: string
  readonly search: Readonly<Record<string, string>>
}

const LIST_ACTIONS: readonly ListAction[] = [
  { model: 'data.dataset', label: 'Tag, protect all…', to: '/files/', search: { view: 'bulk' } },
]

export const listActionsOf = (model: string): readonly ListAction[] => LIST_ACTIONS.filter((one) => one.model === model)
