import type { Call } from '../call.ts'
import { type Metadata, specialOptionsMetadata } from '../schema-document/options.ts'

/** Answer to OPTIONS at an address that is no collection, by its path in the documents. */
export const describedAs =
  (path: string) =>
  ({ account }: Call): Metadata =>
    specialOptionsMetadata(path, { mayWrite: account?.isPublic !== true })
