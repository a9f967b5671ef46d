import type { FastifyInstance } from 'fastify'
import { contractRoute, type ServiceLinks, type Services } from '../gates.ts'
import { PAGE_POLICY } from '../pages/page.ts'
import { servicesPage } from '../pages/services-page.ts'

const HTML = 'text/html; charset=utf-8'

/** The tools beside the server that staff look after, for those that the settings name. */
const toolsOf = ({ flowerUrl, brokerManagementUrl, pgadminUrl }: ServiceLinks) =>
  [
    { url: flowerUrl, name: 'Celery workers', what: 'Flower: which workers are there and what they do.' },
    { url: brokerManagementUrl, name: 'Message broker', what: 'RabbitMQ: queues, connections, accounts.' },
    { url: pgadminUrl, name: 'Database', what: 'pgAdmin: tables, queries, activity of PostgreSQL.' },
  ].filter((tool): tool is typeof tool & { url: string } => tool.url !== undefined)

/** Links to the tools, for staff; each asks for a password of its own. */
export function toolRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/services',
    policy: 'staff',
    offers: 'own',
    describe: () => ({ name: 'Services', description: 'Links to the tools beside the server.' }),
    handlers: {
      async GET({ reply }) {
        return reply
          .type(HTML)
          .header('content-security-policy', PAGE_POLICY)
          .send(servicesPage(toolsOf(services.services)))
      },
    },
  })
}
