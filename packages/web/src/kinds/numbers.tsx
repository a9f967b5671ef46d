import { Checkbox, NumberInput, TextInput } from '@mantine/core'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import { useState } from 'react'
import { asText, captions, EMPTY, EQUAL, type InputProps, type KindParts, Unfinished } from './parts.ts'

const ORDERED = [
  EQUAL,
  { lookup: 'gte', words: 'at least', operand: 'value' },
  { lookup: 'lte', words: 'at most', operand: 'value' },
  EMPTY,
] as const

function NumberField(props: InputProps & { readonly whole: boolean }) {
  const { facts, value, onChange, whole, ...rest } = props
  const number = value === null || value === undefined ? '' : (value as number | string)
  return (
    <NumberInput
      {...captions({ ...rest, facts, value, onChange })}
      value={number}
      allowDecimal={!whole}
      {...(facts.minimum !== undefined && { min: facts.minimum })}
      {...(facts.maximum !== undefined && { max: facts.maximum })}
      {...(facts.unit !== undefined && { suffix: ` ${facts.unit}` })}
      hideControls={props.bare ?? false}
      clampBehavior="none"
      onChange={(next) => onChange(next === '' ? null : next)}
    />
  )
}

/** Digits after the point are noise beyond what a balance shows. */
const DECIMALS = new Intl.NumberFormat('en', { maximumFractionDigits: 4, useGrouping: false })

const parts = {
  toFilter: asText,
  fromFilter: (text: string) => (text === '' ? null : Number(text)),
  comparisons: ORDERED,
  align: 'right',
  width: 110,
  sorts: true,
  empty: null,
} as const

export const integer: KindParts = {
  ...parts,
  cell: (value, { unit }) => (value === null || value === undefined ? '' : `${value}${unit ? ` ${unit}` : ''}`),
  Input: (props) => <NumberField {...props} whole />,
}
export const identity: KindParts = { ...integer, width: 80 }
export const float: KindParts = {
  ...parts,
  cell: (value, { unit }) => {
    if (value === null || value === undefined) return ''
    return `${typeof value === 'number' ? DECIMALS.format(value) : asText(value)}${unit ? ` ${unit}` : ''}`
  },
  Input: (props) => <NumberField {...props} whole={false} />,
}

export const boolean: KindParts = {
  cell: (value) =>
    value === true ? (
      <IconCheck size={17} aria-label="yes" color="var(--good)" />
    ) : value === false ? (
      <IconMinus size={15} aria-label="no" color="var(--soft)" />
    ) : (
      ''
    ),
  Input: (props) => {
    const { withAsterisk: _, required: __, ...said } = { required: false, ...captions(props) }
    return (
      <Checkbox
        {...said}
        checked={props.value === true}
        indeterminate={props.value === null && props.facts.nullable}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    )
  },
  comparisons: [EQUAL],
  toFilter: (value) => (value === true ? 'true' : 'false'),
  fromFilter: (text) => text === 'true' || text === 'True' || text === '1',
  width: 90,
  sorts: true,
  empty: false,
}

/** Numbers with commas between them. */
function NumberList(props: InputProps) {
  const { value, facts, onChange } = props
  const shown = value instanceof Unfinished ? value.text : Array.isArray(value) ? value.join(', ') : ''
  const [typed, setTyped] = useState<string>()
  const read = (text: string) => {
    setTyped(text)
    const words = text.split(/[\s,;]+/).filter((word) => word !== '')
    if (words.length === 0) return onChange(facts.nullable ? null : [])
    const numbers = words.map(Number)
    const bad = words.find((_, at) => !Number.isFinite(numbers[at]))
    if (bad !== undefined) return onChange(new Unfinished(text, `"${bad}" is no number.`))
    const wanted = facts.length
    if (wanted !== undefined && numbers.length !== wanted)
      return onChange(new Unfinished(text, `${wanted} numbers are needed, not ${numbers.length}.`))
    onChange(numbers)
  }
  const fault = value instanceof Unfinished ? value.fault : undefined
  return (
    <TextInput
      {...captions({ ...props, error: props.error ?? fault })}
      value={typed ?? shown}
      placeholder="1, 2, 3"
      onChange={(event) => read(event.currentTarget.value)}
      onBlur={() => setTyped(undefined)}
    />
  )
}

/** Both kinds of lists: what a whole number is, the server says. */
export const numberList: KindParts = {
  cell: (value) => (Array.isArray(value) ? value.map((one) => DECIMALS.format(Number(one))).join(', ') : ''),
  Input: NumberList,
  comparisons: [EMPTY],
  toFilter: asText,
  fromFilter: (text) => text,
  width: 160,
  sorts: false,
  empty: [],
}
