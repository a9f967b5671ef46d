import { createContext } from 'react'

/** The row that the inputs of a form belong to, for those that need more than their own value. */
export interface RowOfForm {
  /** `subjects.subject` */
  readonly model: string
  /** Absent while the row is not saved yet. */
  readonly key: string | undefined
  /** Any field's value as it stands in the form now. */
  readonly valueOf: (name: string) => unknown
}

export const RowOfFormContext = createContext<RowOfForm | undefined>(undefined)
