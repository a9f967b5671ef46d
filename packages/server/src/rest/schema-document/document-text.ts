import { stringify } from 'yaml'
import { resources } from '../contract/index.ts'
import { openApiDocument } from './openapi.ts'

/** Host of the examples in the document, so that it is the same wherever it is read. */
const EXAMPLE_ORIGIN = 'https://alyx.example.org'

/** The compiler's library does not know this part of ECMAScript 2026 yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }

/** JSON with large whole numbers written digit by digit. */
const writeJson = (document: unknown, indent?: number): string =>
  JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? rawJSON(String(value)) : value), indent)

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const document = once(() => openApiDocument(resources, { origin: EXAMPLE_ORIGIN }))

/** The OpenAPI document as compact JSON. */
export const documentJson = once(() => writeJson(document()))

/**
 * The OpenAPI document as YAML that every version of YAML reads alike: the older one takes a bare `y`, `no` or a date
 * for something else than text.
 */
export const documentYaml = once(() =>
  stringify(document(), { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 }),
)

const REVIEWED_INDENT = 2

/** Content of the committed file in which reviews see what a change does to the document. */
export const generatedDocument = (): string => `${writeJson(document(), REVIEWED_INDENT)}\n`

/** Where that file lies, from the root of the project. */
export const GENERATED_DOCUMENT_PATH = 'packages/server/src/rest/schema-document/generated/openapi.json'
