/** Views of lists that people keep: which columns, which filters, in which order; for themselves or for everybody. */
import { type Db, sql, UniqueViolation } from '../../../database/index.ts'
import { invalid, Refused } from '../../../records/index.ts'

/** What a view consists of. Documents are JSON text, written and read by the web application. */
export interface ViewValues {
  readonly model: string
  readonly name: string
  readonly shared: boolean
  readonly columns: string
  readonly filters: string
  readonly sort: string
  readonly layout: string
}

/** A view as it is kept. */
export interface SavedView {
  readonly id: string
  readonly model: string
  readonly name: string
  readonly shared: boolean
  /** Who made it; null when the account is gone. */
  readonly owner: { readonly id: string; readonly title: string } | null
  readonly columns: unknown
  readonly filters: unknown
  readonly sort: unknown
  readonly layout: unknown
  readonly changed_at: string
}

/** Views that one person may keep: more than anybody looks through. */
const MOST_VIEWS = 300

const SHOWN = sql`v.id, v.model, v.name, v.shared, v.columns, v.filters, v.sort, v.layout, to_json(v.changed_at) as changed_at,
  case when u.id is not null then json_build_object('id', u.id, 'title', u.username) end as owner`

/** A person's own views and those that others share, by name. One statement. */
export function savedViews(db: Db, person: string, model?: string): Promise<SavedView[]> {
  return db.objects(sql`
    select ${SHOWN} from alyx.saved_view v left join misc_labmember u on u.id = v.owner_id
     where (v.owner_id = ${person} or v.shared) and (${model ?? null}::text is null or v.model = ${model ?? null})
     order by v.model, lower(v.name), v.id`)
}

async function oneView(db: Db, id: string): Promise<SavedView & { owner_id: string }> {
  const [view] = await db.objects<SavedView & { owner_id: string }>(sql`
    select ${SHOWN}, v.owner_id from alyx.saved_view v left join misc_labmember u on u.id = v.owner_id where v.id = ${id}`)
  if (!view) throw missing(id)
  return view
}

async function shownView(db: Db, id: string): Promise<SavedView> {
  const { owner_id: _, ...view } = await oneView(db, id)
  return view
}

const missing = (id: string) => new Refused('missing', `There is no saved view with the key ${id}.`)

async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UniqueViolation) throw invalid({ name: [`You have a view "${name}" of this list already.`] })
    throw error
  }
}

/** Keeps a view. Two statements. @throws Refused when the person has one of that name, or too many */
export async function makeView(db: Db, person: string, view: ViewValues): Promise<SavedView> {
  const made = await named(view.name, () =>
    db.rows(sql`
      insert into alyx.saved_view (owner_id, model, name, shared, columns, filters, sort, layout)
      select ${person}, ${view.model}, ${view.name}, ${view.shared}, ${view.columns}::jsonb, ${view.filters}::jsonb,
             ${view.sort}::jsonb, ${view.layout}::jsonb
       where (select count(*) from alyx.saved_view where owner_id = ${person}) < ${MOST_VIEWS}
      returning id`),
  )
  const id = made[0]?.[0]
  if (!id) throw new Refused('invalid', `You have ${MOST_VIEWS} views already: remove some first.`)
  return shownView(db, id)
}

/** Who wants to change something about a view. */
export interface Keeper {
  readonly id: string
  readonly isSuperuser: boolean
}

/** @throws Refused `missing` for a view that the person cannot see, `forbidden` for a shared one of somebody else */
async function requireOwn(db: Db, { id: person, isSuperuser }: Keeper, id: string): Promise<void> {
  const view = await oneView(db, id)
  if (view.owner_id === person) return
  if (!view.shared) throw missing(id)
  if (!isSuperuser) throw new Refused('forbidden', 'This view belongs to somebody else: keep one of your own.')
}

/** What is absent stays as it is. */
type ViewChange = { readonly [N in Exclude<keyof ViewValues, 'model'>]?: ViewValues[N] | undefined }

/** Changes what is given of a view. Three statements. */
export async function changeView(
  db: Db,
  keeper: Keeper,
  id: string,
  { name, shared, columns, filters, sort, layout }: ViewChange,
): Promise<SavedView> {
  await requireOwn(db, keeper, id)
  await named(name ?? '', () =>
    db.execute(sql`
      update alyx.saved_view set changed_at = now(), name = coalesce(${name ?? null}, name),
             shared = coalesce(${shared ?? null}, shared), columns = coalesce(${columns ?? null}::jsonb, columns),
             filters = coalesce(${filters ?? null}::jsonb, filters), sort = coalesce(${sort ?? null}::jsonb, sort),
             layout = coalesce(${layout ?? null}::jsonb, layout)
       where id = ${id}`),
  )
  return shownView(db, id)
}

/** Removes a view. Two statements. */
export async function removeView(db: Db, keeper: Keeper, id: string): Promise<void> {
  await requireOwn(db, keeper, id)
  await db.execute(sql`delete from alyx.saved_view where id = ${id}`)
}
