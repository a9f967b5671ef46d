/** What can be done with selected rows of a model on a page of its own: the keys travel in its address. */
export interface SelectionAction {
  readonly model: string
  readonly label: string
  /** Below `/admin`. */
  readonly to: string
  readonly parameter: string
  /** Rows that fit into an address. */
  readonly most: number
}

const MOST_KEYS = 200

const ACTIONS: readonly SelectionAction[] = [
  { model: 'subjects.subject', label: 'Cull…', to: '/colony/cull/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Move to a cage…', to: '/colony/move/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Genotypes…', to: '/colony/genotypes/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'subjects.subject', label: 'Print labels…', to: '/colony/cards/', parameter: 'subjects', most: MOST_KEYS },
  { model: 'misc.housing', label: 'Print cage cards…', to: '/colony/cards/', parameter: 'housings', most: MOST_KEYS },
]

export const actionsOf = (model: string): readonly SelectionAction[] => ACTIONS.filter((one) => one.model === model)
