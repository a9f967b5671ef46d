export { GENERATED_DOCUMENT_PATH, generatedDocument } from './document-text.ts'
export { optionsMetadata } from './options.ts'
export { schemaDocumentRoutes } from './routes.ts'
