import { Client } from '@alyx/client'

/** The server that the page came from. */
export const client = new Client()
