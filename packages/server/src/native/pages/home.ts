import { type Model, all as models } from '@alyx/models'
import { homeSums, type RoundAnimal, roundAnimals } from '../../domains/actions/index.ts'
import { rowsWithKeys } from '../../query/index.ts'
import type { NativeCall } from '../gate.ts'
import { addressOf, pageAddressOf, sees } from '../models.ts'
import { type Page, reading } from '../page.ts'

const BY_TABLE = new Map<string, Model>(models.map((model) => [model.table, model]))
const SHOWN = 20
/** Less water than this is none: syringes are no scales. */
const NO_WATER_ML = 0.005

const listed = (animals: readonly RoundAnimal[]) => ({
  count: animals.length,
  first: animals.slice(0, SHOWN).map(({ subject, cage, water }) => ({
    ...subject,
    cage,
    percentage: water.percentage,
    status: water.status,
    remaining_water: water.remaining_water,
    last_weight: water.last_weight,
  })),
})

type Recent = Awaited<ReturnType<typeof homeSums>>['recent']

/** What a person did last, with what the records are called now; records that are gone have no title. */
async function recentRecords({ database, account, moment }: NativeCall, recent: Recent) {
  const known = recent.flatMap((one) => {
    const model = BY_TABLE.get(one.table)
    return model && sees(account, model) && !model.framework ? [{ ...one, model }] : []
  })
  const uuids = known.filter(({ key }) => key.length === 36)
  const rows = await rowsWithKeys(
    database,
    [...new Set(uuids.map(({ model }) => model))],
    uuids.map(({ key }) => key),
    moment,
  )
  const titles = new Map(rows.map(({ model, key, title }) => [`${model.key} ${key}`, title]))
  return known.map(({ model, key, operation, at }) => ({
    model: model.key,
    label: model.label,
    id: key,
    operation,
    at,
    title: titles.get(`${model.key} ${key}`) ?? null,
    url: `${addressOf(model)}/${key}`,
    page: pageAddressOf(model, key),
  }))
}

export const homePages: readonly Page[] = [
  {
    url: '/home',
    tag: 'home',
    policy: 'members',
    operations: {
      GET: reading({
        summary: 'What waits for you today, your animals, what you did last.',
        description:
          'Animals that you answer for or are allowed to act for; stock managers also see what the whole colony waits for. ' +
          'Lists are cut to twenty, with their length. Six statements.',
        answer:
          '`today`: weigh, water, underweight, overdue, wean, genotype, cull, requests; `animals` with weights of thirty days; ' +
          '`recent`; `messages_unread`.',
        async run({ call }) {
          const { database, account, moment } = call
          const [round, sums] = await Promise.all([
            roundAnimals(database, { acting: account.id }, moment.instant),
            homeSums(database, account.id, { today: moment.today, looksAfterStock: account.isStockManager }),
          ])
          const { animals, recent, messages_unread, ...waiting } = sums
          return {
            day: moment.today,
            today: {
              weigh: listed(round.filter(({ water }) => water.weight_today === null)),
              water: listed(
                round.filter(
                  ({ water }) => water.restricted_since !== null && (water.remaining_water ?? 0) > NO_WATER_ML,
                ),
              ),
              underweight: listed(round.filter(({ water }) => water.restricted_since !== null && water.status > 0)),
              overdue: listed(
                round.filter(({ water }) => water.weight_today === null && water.weight_yesterday === null),
              ),
              ...waiting,
            },
            animals,
            recent: await recentRecords(call, recent),
            messages_unread,
          }
        },
      }),
    },
  },
]
