import {
  type Configuration,
  configurationFile,
  placeOfToken,
  readConfiguration,
} from '../configuration/configuration.ts'
import { readToken } from '../server/token.ts'
import { type Transport, transportTo } from '../server/transport.ts'

/** What most commands begin with. */
export interface Opened {
  readonly configuration: Configuration
  readonly transport: Transport
  readonly token: () => string
}

/**
 * Reads the configuration and the token.
 *
 * @throws ConfigurationError, NoToken
 */
export function opened({ config }: { config?: string }): Opened {
  const configuration = readConfiguration(config ?? configurationFile())
  const place = placeOfToken(configuration)
  // Read again at each call: it may be replaced while a worker runs.
  const token = 'token' in place ? () => place.token : () => readToken(place.file)
  token()
  return { configuration, transport: transportTo(configuration.server, token), token }
}
