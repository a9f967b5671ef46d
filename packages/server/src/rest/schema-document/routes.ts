import type { FastifyInstance, FastifyReply } from 'fastify'
import { negotiate } from '../accept.ts'
import type { Call } from '../call.ts'
import { resources } from '../contract/index.ts'
import { contractRoute, type Services } from '../gates.ts'
import { spacedJson } from '../python-json.ts'
import { refusals } from '../refusal.ts'
import { coreApiDocument } from './coreapi.ts'
import { documentJson, documentYaml } from './document-text.ts'
import { DOCUMENT_TYPES } from './openapi.ts'
import { specialOptionsMetadata } from './options.ts'
import { docsPage, docsPagePolicy } from './page/docs-page.ts'

const isYaml = (type: string): boolean => !type.endsWith('json')
const FORMS = DOCUMENT_TYPES.map((mediaType) => ({ format: isYaml(mediaType) ? 'yaml' : 'json', mediaType }))
const [PREFERRED] = DOCUMENT_TYPES

/** What whoever asked for another form is told, in the form that the document itself prefers. */
const NOT_ACCEPTABLE =
  'detail:\n  string: Could not satisfy the request Accept header.\n  code: not_acceptable\nstatus_code: 406\n'

const CORE_API = 'application/coreapi+json'

/** Addresses that describe the contract: the OpenAPI document for programs, and `/docs/` for people and older programs. */
export function schemaDocumentRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/api/schema',
    policy: 'open',
    offers: 'own',
    describe: ({ account }) => specialOptionsMetadata('/api/schema', { mayWrite: account?.isPublic === false }),
    handlers: { GET: async (call) => sendDocument(call) },
  })
  contractRoute(app, services, {
    url: '/docs/',
    policy: 'open',
    offers: 'own',
    throttle: 'docs',
    describe: ({ account }) => specialOptionsMetadata('/docs/', { mayWrite: account?.isPublic === false }),
    handlers: { GET: async (call) => sendDocumentation(call) },
  })
}

function sendDocument({ request, reply, query }: Call): FastifyReply {
  const negotiated = negotiate(request.headers.accept, query.get('format'), FORMS)
  reply.header('vary', 'Accept, Cookie')
  if ('refused' in negotiated) {
    if (negotiated.refused === 'unknown_format') throw refusals.unknownFormat()
    return reply.code(406).type(`${PREFERRED}; charset=utf-8`).send(NOT_ACCEPTABLE)
  }
  const { mediaType, format } = negotiated.renderer
  reply.header('content-disposition', `inline; filename="schema.${format}"`)
  // As bytes: Fastify would name a character set, and clients compare the type as a whole.
  if (format === 'json') return reply.header('content-type', mediaType).send(Buffer.from(documentJson()))
  return reply.header('content-type', `${mediaType}; charset=utf-8`).send(documentYaml())
}

function sendDocumentation({ request, reply, origin }: Call): FastifyReply {
  reply.header('vary', 'Accept, Cookie')
  if (request.headers.accept?.startsWith(CORE_API)) {
    const json = spacedJson(JSON.stringify(coreApiDocument(resources, { origin })))
    return reply.header('content-type', 'application/json').send(Buffer.from(json))
  }
  return reply.type('text/html; charset=utf-8').header('content-security-policy', docsPagePolicy).send(pageFor(origin))
}

/** The page takes a tenth of a second to make and depends only on the address that people call the server by. */
let lastPage: { readonly origin: string; readonly text: string } | undefined
function pageFor(origin: string): string {
  if (lastPage?.origin !== origin) lastPage = { origin, text: docsPage(resources, { origin }) }
  return lastPage.text
}
