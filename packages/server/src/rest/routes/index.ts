import type { FastifyInstance } from 'fastify'
import type { WebSessions } from '../../auth/web-sessions.ts'
import { schemaDocumentRoutes } from '../schema-document/index.ts'
import { cacheTableRoutes } from './cache-tables.ts'
import { checkProtectedRoutes } from './check-protected.ts'
import { type CollectionServices, collectionRoutes } from './collections.ts'
import { fileStatusRoutes } from './file-status.ts'
import { newDownloadRoutes } from './new-download.ts'
import { oldPageRoutes } from './old-pages.ts'
import { redirectRoutes } from './redirects.ts'
import { registerFileRoutes } from './register-file.ts'
import { signInRoutes } from './sign-in.ts'
import { staticFileRoutes } from './static-files.ts'
import { toolRoutes } from './tools.ts'
import { uploadedRoutes } from './uploaded.ts'
import { waterRequirementRoutes } from './water-requirement.ts'
import { webApplicationRoutes } from './web-application.ts'

/** Every route of the server. */
export function contractRoutes(app: FastifyInstance, services: CollectionServices, sessions: WebSessions): void {
  collectionRoutes(app, services)
  waterRequirementRoutes(app, services)
  cacheTableRoutes(app, services)
  fileStatusRoutes(app, services)
  checkProtectedRoutes(app, services)
  registerFileRoutes(app, services)
  newDownloadRoutes(app, services)
  uploadedRoutes(app, services)
  staticFileRoutes(app, services)
  toolRoutes(app, services)
  oldPageRoutes(app, services)
  signInRoutes(app, services, sessions)
  webApplicationRoutes(app)
  schemaDocumentRoutes(app, services)
  redirectRoutes(app)
}
