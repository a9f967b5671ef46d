import { Anchor, Textarea, TextInput } from '@mantine/core'
import { MarkdownField } from './markdown.tsx'
import { asText, captions, EMPTY, EQUAL, emptied, type InputProps, type KindParts } from './parts.ts'

const CONTAINS = [
  { lookup: 'icontains', words: 'contains', operand: 'text' },
  EQUAL,
  { lookup: 'istartswith', words: 'begins with', operand: 'text' },
] as const

function TextField(props: InputProps & { readonly type?: string }) {
  const { facts, value, onChange, type = 'text' } = props
  return (
    <TextInput
      {...captions(props)}
      type={type}
      value={asText(value)}
      {...(facts.max_length !== undefined && { maxLength: facts.max_length })}
      onChange={(event) => onChange(emptied(props, event.currentTarget.value))}
    />
  )
}

function LongTextField(props: InputProps) {
  if (props.facts.markdown && !props.bare) return <MarkdownField {...props} />
  return (
    <Textarea
      {...captions(props)}
      autosize
      minRows={props.bare ? 1 : 3}
      maxRows={20}
      value={asText(props.value)}
      onChange={(event) => props.onChange(emptied(props, event.currentTarget.value))}
    />
  )
}

const plain = (value: unknown) => asText(value)
const parts = {
  cell: plain,
  Input: TextField,
  comparisons: CONTAINS,
  toFilter: asText,
  fromFilter: (text: string) => text,
  width: 160,
  sorts: true,
  empty: '',
} as const satisfies KindParts

export const text: KindParts = parts
export const longText: KindParts = { ...parts, Input: LongTextField, width: 240, wide: true }
export const email: KindParts = { ...parts, Input: (props) => <TextField {...props} type="email" />, width: 200 }
export const url: KindParts = {
  ...parts,
  // Only what a browser opens as a page: never a script.
  cell: (value) =>
    /^https?:\/\//.test(asText(value)) ? (
      <Anchor href={asText(value)} rel="noreferrer" target="_blank" size="sm">
        {asText(value)}
      </Anchor>
    ) : (
      asText(value)
    ),
  Input: (props) => <TextField {...props} type="url" />,
  width: 220,
}
export const uuid: KindParts = {
  ...parts,
  cell: (value) => <code>{asText(value)}</code>,
  comparisons: [EQUAL, EMPTY],
  width: 290,
  empty: null,
}
