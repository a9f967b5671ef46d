export { GENERATED_DOCUMENT_PATH, generatedDocument } from './document-text.ts'
export { optionsMetadata, specialOptionsMetadata } from './options.ts'
export { schemaDocumentRoutes } from './routes.ts'
