import type { Model } from '@alyx/models'
import { type RowQuestion, rowQuestions } from '../domains/subjects/index.ts'
import type { FieldFacts } from './field-facts.ts'

/** What else rows of a model can be asked for; undefined when it has no question of that name. */
export const questionOf = (model: Model, name: string): RowQuestion | undefined => rowQuestions[model.key]?.[name]

/** The questions of a model, told as a field is that can only be read. */
export const questionFacts = (model: Model): readonly FieldFacts[] =>
  Object.entries(rowQuestions[model.key] ?? {}).map(([name, { label, help }]) => ({
    name,
    label,
    help,
    kind: 'boolean',
    required: false,
    nullable: false,
    blank: false,
    read_only: true,
    unique: false,
    many: false,
    lookups: [],
  }))
