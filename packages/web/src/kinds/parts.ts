import type { FieldFacts } from '@alyx/client'
import type { ReactNode } from 'react'

/** A value that somebody typed and nobody can store yet, with the reason. */
export class Unfinished {
  readonly text: string
  readonly fault: string
  constructor(text: string, fault: string) {
    this.text = text
    this.fault = fault
  }
}

export interface InputProps {
  readonly facts: FieldFacts
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly disabled?: boolean
  readonly error?: string | undefined
  readonly autoFocus?: boolean
  /** In a cell of a grid: no caption, no help. */
  readonly bare?: boolean
}

/** What a filter compares, in the words of a sentence: "birth date *from* 2026-01-01". */
export interface Comparison {
  /** Ending of the parameter: `gte`; empty for equality. */
  readonly lookup: string
  readonly words: string
  /** What is compared with: a value of the field, a plain text, a day, one row, or yes and no. */
  readonly operand: 'value' | 'text' | 'day' | 'row' | 'truth'
}

/** Everything that a kind of field answers for in these pages. */
export interface KindParts {
  readonly cell: (value: unknown, facts: FieldFacts) => ReactNode
  readonly Input: (props: InputProps) => ReactNode
  readonly comparisons: readonly Comparison[]
  /** The value as a filter of an address has it, and back. */
  readonly toFilter: (value: unknown) => string
  readonly fromFilter: (text: string) => unknown
  readonly align?: 'right'
  /** Width of a column, in pixels. */
  readonly width: number
  /** Whole width of a form. */
  readonly wide?: boolean
  /** Whether lists can be ordered by it. */
  readonly sorts: boolean
  /** What an empty input of a form holds, when the field cannot be null. */
  readonly empty: unknown
}

export const EMPTY: Comparison = { lookup: 'isnull', words: 'is empty', operand: 'truth' }
export const EQUAL: Comparison = { lookup: '', words: 'is', operand: 'value' }

export const asText = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

/** An emptied text is null only where the empty text cannot be stored. */
export const emptied = ({ facts }: InputProps, text: string): string | null =>
  text === '' && facts.nullable && !facts.blank ? null : text

/** Caption and help of an input, or its name for who cannot see where it stands. */
export const captions = ({ facts, disabled, error, autoFocus, bare }: InputProps) => ({
  ...(bare ? { 'aria-label': facts.label } : { label: facts.label, description: facts.help, required: facts.required }),
  ...(disabled && { disabled }),
  ...(error && { error: bare ? true : error }),
  ...(autoFocus && { 'data-autofocus': true, autoFocus }),
  ...(bare && { size: 'xs' as const }),
  withAsterisk: facts.required && !bare,
  name: facts.name,
  autoComplete: 'off',
})
