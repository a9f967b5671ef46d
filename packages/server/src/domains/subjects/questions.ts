import { Subject, SubjectRequest } from '@alyx/models'
import type { Fragment, Scope } from '../../query/index.ts'
import { requestsOpen } from './colony/requests.ts'
import { subjectsBreeding, subjectsRestricted } from './subject-filters.ts'

/** Something that is true or false of a row and that no field says: lists are filtered by it as by a field. */
export interface RowQuestion {
  readonly label: string
  readonly help: string
  /** The rows of which it is true, or those of which it is not. */
  holds(row: Scope, wanted: boolean): Fragment<boolean>
}

/** By model and name. */
export const rowQuestions: Readonly<Record<string, Readonly<Record<string, RowQuestion>>>> = {
  [Subject.key]: {
    breeding: {
      label: 'Breeding',
      help: 'Father or mother in a breeding pair that has begun and not ended.',
      holds: subjectsBreeding,
    },
    restricted: {
      label: 'On water restriction',
      help: 'With a water restriction that has not ended. Dead animals are neither.',
      holds: subjectsRestricted,
    },
  },
  [SubjectRequest.key]: {
    open: { label: 'Open', help: 'Fewer living animals carry the request than it asks for.', holds: requestsOpen },
  },
}
