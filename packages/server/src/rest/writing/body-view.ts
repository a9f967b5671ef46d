import { type Body, objectOf, type UploadedFile } from '../body.ts'
import { type JsonValue, PythonJsonError, parsePythonJson } from '../python-json-body.ts'
import type { WritableField } from './targets.ts'

/** A value that a body has no word for: JSON text in a form that is none. */
export const UNREADABLE = Symbol('unreadable')

/**
 * What a body says about each field, whether it is JSON or a form: a form knows only texts, leaves out what is not
 * ticked, and has no other word for an empty list.
 */
export interface BodyView {
  /** The value given; undefined when the body does not mention the field. */
  get(field: WritableField): JsonValue | undefined | typeof UNREADABLE
  /** A value that is no field of the representation. */
  extra(name: string): JsonValue | undefined
  file(name: string): UploadedFile | undefined
}

/**
 * @param partial whether what is absent stays as it is, as a PATCH has it
 * @throws Refusal 400 for JSON that is no object
 */
export function viewOf(body: Body, partial: boolean): BodyView {
  if (body.kind === 'json') {
    const fields = objectOf(body.value)
    return {
      get: ({ facts }) => fields.get(facts.name),
      extra: (name) => fields.get(name),
      file: () => undefined,
    }
  }
  const { fields, files } = body
  return {
    get({ facts, target }) {
      const texts = fields.get(facts.name)
      if (facts.type === 'array') return texts ? [...texts] : partial ? undefined : []
      const text = texts?.at(-1)
      if (text === undefined) return facts.type === 'boolean' && !partial ? false : undefined
      if (target.to === 'column' && target.field.kind === 'json') return jsonOf(text)
      // A picture is sent as a file; an empty field beside it says nothing.
      if (target.to === 'column' && target.field.kind === 'image' && text === '') return undefined
      if (text !== '') return text
      if (facts.nullable && facts.type !== 'string') return null
      const keepsEmpty = target.to === 'column' && (target.field.blank === true || facts.required)
      return keepsEmpty ? '' : facts.nullable ? null : facts.required ? '' : undefined
    },
    extra: (name) => fields.get(name)?.at(-1),
    file: (name) => files.get(name),
  }
}

function jsonOf(text: string): JsonValue | typeof UNREADABLE {
  try {
    return parsePythonJson(text)
  } catch (error) {
    if (error instanceof PythonJsonError) return UNREADABLE
    throw error
  }
}

/** The same body without these fields where they are null. */
export const withoutNulls = (view: BodyView, names: readonly string[]): BodyView => ({
  ...view,
  get(field) {
    const given = view.get(field)
    return given === null && names.includes(field.facts.name) ? undefined : given
  },
})
