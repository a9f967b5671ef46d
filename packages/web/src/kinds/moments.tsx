import { TextInput } from '@mantine/core'
import { asText, captions, EMPTY, EQUAL, type InputProps, type KindParts } from './parts.ts'

const SPAN = [
  { lookup: 'gte', words: 'from', operand: 'value' },
  { lookup: 'lte', words: 'until', operand: 'value' },
  EQUAL,
  EMPTY,
] as const

/** `2026-03-02 09:30` of `2026-03-02T09:30:00.25+00:00`: the wall clock of the laboratory's server, as it was stored. */
export const shownMoment = (moment: unknown): string => asText(moment).slice(0, 16).replace('T', ' ')

const SECONDS_LENGTH = 19
const clockOf = (moment: unknown): string => asText(moment).slice(0, SECONDS_LENGTH)

function MomentField(props: InputProps & { readonly type: 'date' | 'datetime-local' }) {
  const { value, onChange, type } = props
  return (
    <TextInput
      {...captions(props)}
      type={type}
      {...(type === 'datetime-local' && { step: 1 })}
      value={type === 'date' ? asText(value) : clockOf(value)}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
    />
  )
}

export const date: KindParts = {
  cell: asText,
  Input: (props) => <MomentField {...props} type="date" />,
  comparisons: SPAN,
  toFilter: asText,
  fromFilter: (text) => (text === '' ? null : text),
  width: 110,
  sorts: true,
  empty: null,
}
export const datetime: KindParts = {
  ...date,
  cell: (value) => <span title={asText(value)}>{shownMoment(value)}</span>,
  Input: (props) => <MomentField {...props} type="datetime-local" />,
  comparisons: [
    { lookup: 'date__gte', words: 'from', operand: 'day' },
    { lookup: 'date__lte', words: 'until', operand: 'day' },
    EMPTY,
  ],
  width: 145,
}
