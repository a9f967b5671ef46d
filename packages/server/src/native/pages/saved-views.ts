import { changeView, makeView, removeView, savedViews } from '../../domains/labs/index.ts'
import { Refused } from '../../records/index.ts'
import type { NativeCall } from '../gate.ts'
import { document, optional, otherwise, text, truth, uuid } from '../kinds.ts'
import { sees, served } from '../models.ts'
import { acting, type Page, reading } from '../page.ts'

const MODEL = text('Key of the model, as in `subjects.subject`.', { least: 1, most: 100 })
const NAME = text('What the view is called, once for each person and model.', { least: 1, most: 100 })
const SHARED = truth('Everybody sees it.')
const COLUMNS = document('Columns, as the web application keeps them.')
const FILTERS = document('Filters, by parameter.')
const SORT = document('Order.')
const LAYOUT = document('Anything else about how the list looks.')

/** A view of what somebody may not see is a view of nothing. @throws Refused */
function requireModel({ account }: NativeCall, key: string): string {
  const model = served.find((one) => one.key === key)
  if (model && sees(account, model)) return model.key
  throw new Refused('invalid', `No model is called "${key}".`, { faults: { model: [`No model is called "${key}".`] } })
}

const VIEW = { view: uuid('Key of the view.') }

export const savedViewPages: readonly Page[] = [
  {
    url: '/saved-views',
    tag: 'saved views',
    operations: {
      GET: reading({
        summary: 'Your own views of lists, and those that others share.',
        answer: '`results`, by model and name; `mine` where you may change it.',
        query: { model: optional(MODEL) },
        async run({ call: { database, account }, query: { model } }) {
          const views = await savedViews(database, account.id, model)
          const seen = new Set(served.filter((one) => sees(account, one)).map(({ key }) => key))
          return {
            results: views
              .filter((view) => seen.has(view.model))
              .map((view) => ({ ...view, mine: view.owner?.id === account.id })),
          }
        },
      }),
      POST: acting({
        summary: 'Keep a view.',
        answer: 'The view.',
        status: 201,
        body: {
          model: MODEL,
          name: NAME,
          shared: otherwise(SHARED, false),
          columns: otherwise(COLUMNS, '[]'),
          filters: otherwise(FILTERS, '{}'),
          sort: otherwise(SORT, '[]'),
          layout: otherwise(LAYOUT, '{}'),
        },
        async run({ call, body }) {
          requireModel(call, body.model)
          const { database, account } = call
          return { ...(await makeView(database, account.id, body)), mine: true }
        },
      }),
    },
  },
  {
    url: '/saved-views/:view',
    tag: 'saved views',
    operations: {
      PATCH: acting({
        summary: 'Change a view of your own.',
        description: 'Superusers may change those that others share. Not the model: keep another view.',
        answer: 'The view.',
        path: VIEW,
        body: {
          name: optional(NAME),
          shared: optional(SHARED),
          columns: optional(COLUMNS),
          filters: optional(FILTERS),
          sort: optional(SORT),
          layout: optional(LAYOUT),
        },
        async run({ call: { database, account }, path, body }) {
          const view = await changeView(database, account, path.view, body)
          return { ...view, mine: view.owner?.id === account.id }
        },
      }),
      DELETE: acting({
        summary: 'Remove a view of your own.',
        answer: 'Nothing (204).',
        path: VIEW,
        body: {},
        async run({ call: { database, account }, path }) {
          await removeView(database, account, path.view)
        },
      }),
    },
  },
]
