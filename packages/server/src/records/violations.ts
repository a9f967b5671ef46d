import { type Model, modelNamed, all as models } from '@alyx/models'
import {
  CheckViolation,
  ForeignKeyViolation,
  InvalidText,
  NotNullViolation,
  UniqueViolation,
  ValueTooLong,
} from '../database/index.ts'
import { invalid, Refused } from './refused.ts'
import { columnsOf } from './tables.ts'

const byTable = new Map<string, Model>(models.map((model) => [model.table, model]))

/** Said of one field whose value another row has. */
export const takenMessage = (model: Model, fieldName: string): string => {
  const field = model.fields[fieldName]
  if (field && 'takenMessage' in field && field.takenMessage) return field.takenMessage
  const label = field?.label ?? fieldName.replaceAll('_', ' ')
  return `${model.label} with this ${label.toLowerCase()} already exists.`
}

/** Said of several fields that may not repeat together. */
export const uniqueSetMessage = (fields: readonly string[]): string =>
  `The fields ${fields.join(', ')} must make a unique set.`

/** The refusal that a rule of the database amounts to; other errors come back as they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof UniqueViolation) return taken(error)
  if (error instanceof NotNullViolation)
    return invalid({ [fieldOf(error.table, error.columns[0] ?? '')]: ['This field may not be null.'] })
  if (error instanceof CheckViolation)
    return new Refused('invalid', `A number is outside of what "${error.table}" holds (${error.constraint}).`)
  if (error instanceof ForeignKeyViolation)
    return new Refused(
      'conflict',
      `A record that this change refers to does not exist any more, or was referred to meanwhile (${error.table}). Nothing was changed; please try again.`,
    )
  if (error instanceof ValueTooLong) return new Refused('invalid', `A text is too long: ${error.message}.`)
  if (error instanceof InvalidText) return new Refused('invalid', `A value cannot be read: ${error.message}.`)
  return error
}

const fieldOf = (table: string, column: string): string => {
  const model = byTable.get(table)
  return (model && columnsOf(model).find(({ name }) => name === column)?.fieldName) ?? column
}

function taken({ table, columns, constraint }: UniqueViolation): Refused {
  const model = byTable.get(table)
  const fields = columns.map((column) => fieldOf(table, column))
  const [only] = fields
  if (!model || only === undefined)
    return invalid({ '': [`Another record has the same values already (${constraint}).`] })
  if (fields.length === 1) return invalid({ [only]: [takenMessage(modelNamed(model.key), only)] })
  return invalid({ '': [uniqueSetMessage(fields)] })
}
