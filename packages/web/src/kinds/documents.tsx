import { Anchor, Image, JsonInput } from '@mantine/core'
import { useState } from 'react'
import { asText, captions, EMPTY, type InputProps, type KindParts, Unfinished } from './parts.ts'

const written = (value: unknown): string =>
  value instanceof Unfinished ? value.text : value === null || value === undefined ? '' : JSON.stringify(value, null, 2)

/** Says where a document stops being JSON: `line 3: Unexpected token`. */
function faultOf(text: string, error: unknown): string {
  const said = error instanceof Error ? error.message : 'This is no JSON.'
  const at = /position (\d+)/.exec(said)
  if (!at) return said
  const line = text.slice(0, Number(at[1])).split('\n').length
  return `Line ${line}: ${said.replace(/ in JSON at position.*/, '')}.`
}

function JsonField(props: InputProps) {
  const { value, onChange } = props
  const [typed, setTyped] = useState<string>()
  const read = (text: string) => {
    setTyped(text)
    if (text.trim() === '') return onChange(null)
    try {
      onChange(JSON.parse(text))
    } catch (error) {
      onChange(new Unfinished(text, faultOf(text, error)))
    }
  }
  const fault = value instanceof Unfinished ? value.fault : undefined
  return (
    <JsonInput
      {...captions({ ...props, error: props.error ?? fault })}
      value={typed ?? written(value)}
      autosize
      minRows={props.bare ? 2 : 4}
      maxRows={24}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      onChange={read}
      onBlur={() => setTyped(undefined)}
    />
  )
}

export const json: KindParts = {
  cell: (value) => (value === null || value === undefined ? '' : <code>{JSON.stringify(value)}</code>),
  Input: JsonField,
  comparisons: [EMPTY],
  toFilter: asText,
  fromFilter: (text) => text,
  width: 220,
  wide: true,
  sorts: false,
  empty: null,
}

export const image: KindParts = {
  cell: (value) =>
    asText(value) === '' ? (
      ''
    ) : (
      <Anchor href={asText(value)} target="_blank" size="sm">
        picture
      </Anchor>
    ),
  Input: ({ value, facts }) =>
    asText(value) === '' ? null : (
      <Anchor href={asText(value)} target="_blank">
        <Image src={asText(value)} alt={facts.label} maw={400} radius="sm" />
      </Anchor>
    ),
  comparisons: [],
  toFilter: asText,
  fromFilter: (text) => text,
  width: 100,
  sorts: false,
  empty: '',
}
