import type { FastifyInstance } from 'fastify'
import {
  WATER_RECORD_FIELDS,
  type WaterRecord,
  type WaterRequirement,
  WaterRequirementRefused,
  waterRequirement,
} from '../../domains/actions/index.ts'
import type { Call } from '../call.ts'
import { contractRoute, type Services, sendJson } from '../gates.ts'
import { jsonString, pythonFloat } from '../python-json.ts'
import { Refusal, refusals } from '../refusal.ts'
import { describedAs } from './described.ts'

/** What a subject should weigh and drink, and what it got, day by day. */
export function waterRequirementRoutes(app: FastifyInstance, services: Services): void {
  contractRoute(app, services, {
    url: '/water-requirement/:nickname',
    policy: 'contract',
    describe: describedAs('/water-requirement/{nickname}'),
    exists: (request) => (request.params as { nickname: string }).nickname !== '',
    handlers: {
      async GET(call) {
        const { nickname } = call.request.params as { nickname: string }
        const requirement = await required(call, nickname)
        return sendJson(call, requirementJson(requirement))
      },
    },
  })
}

async function required(call: Call, nickname: string): Promise<WaterRequirement> {
  const start_date = call.query.get('start_date') || undefined
  const end_date = call.query.get('end_date') || undefined
  try {
    return await waterRequirement(
      call.database,
      nickname,
      { ...(start_date && { start_date }), ...(end_date && { end_date }) },
      call.moment.instant,
    )
  } catch (error) {
    if (!(error instanceof WaterRequirementRefused)) throw error
    if (error.code === 'unknown_subject') throw refusals.notFound('Subject')
    throw new Refusal(400, error.parameter ? { [error.parameter]: [error.message] } : { detail: error.message })
  }
}

const floatOr = (value: number | null, whenNull: string): string => (value === null ? whenNull : pythonFloat(value))

function requirementJson({
  subject,
  implant_weight,
  reference_weight_pct,
  zscore_weight_pct,
  records,
}: WaterRequirement): string {
  const days = Array.from(records, recordJson).join(',')
  return `{"subject":${jsonString(subject)},"implant_weight":${floatOr(implant_weight, '0')},"reference_weight_pct":${pythonFloat(reference_weight_pct)},"zscore_weight_pct":${pythonFloat(zscore_weight_pct)},"records":[${days}]}`
}

function recordJson(record: WaterRecord): string {
  const fields = Object.entries(WATER_RECORD_FIELDS).map(
    ([name, field]) =>
      `"${name}":${valueJson(record[name as keyof WaterRecord], 'nothing' in field ? String(field.nothing) : 'null')}`,
  )
  return `{${fields.join(',')}}`
}

function valueJson(value: string | number | boolean | null, whenNull: string): string {
  if (value === null) return whenNull
  return typeof value === 'number' ? pythonFloat(value) : JSON.stringify(value)
}
