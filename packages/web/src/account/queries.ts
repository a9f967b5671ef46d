import { ownAccount } from '@alyx/client'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../server/client.ts'

export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: () => ownAccount(client.connection) })
