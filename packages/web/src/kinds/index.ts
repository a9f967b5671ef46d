/** What each kind of field is in these pages: a cell, an input, a filter. The compiler asks for every kind. */
import type { FieldFacts } from '@alyx/client'
import type { Kind } from '@alyx/models'
import { choice, level } from './choices.tsx'
import { image, json } from './documents.tsx'
import { date, datetime } from './moments.tsx'
import { boolean, float, identity, integer, numberList } from './numbers.tsx'
import type { KindParts } from './parts.ts'
import { generic, many, reference } from './references.tsx'
import { email, longText, text, url, uuid } from './texts.tsx'

export const kinds: Readonly<Record<Kind, KindParts>> = {
  uuid,
  identity,
  text,
  longText,
  email,
  url,
  image,
  integer,
  float,
  boolean,
  date,
  datetime,
  json,
  choice,
  level,
  floatList: numberList,
  integerList: numberList,
  reference,
  many,
  generic,
}

export const partsOf = ({ kind }: FieldFacts): KindParts => kinds[kind]

export { shownMoment } from './moments.tsx'
export { asText, type Comparison, type KindParts, Unfinished } from './parts.ts'
export { RowOfFormContext } from './row-context.ts'
