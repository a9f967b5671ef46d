import type { Database } from '../../packages/server/src/database/index.ts'

/** Everything in a database, so that two can be compared. */
export interface Contents {
  /** Definitions by name. */
  readonly shape: Readonly<Record<string, string>>
  /** For each table, a number that depends on every byte of every row. */
  readonly rows: Readonly<Record<string, string>>
  readonly sequences: Readonly<Record<string, string>>
  /** Whether it is more than what Django made. */
  readonly ours: boolean
}

const MINE = `n.nspname in ('public', 'alyx')`

/** Asked of PostgreSQL in other ways than the backup does. */
const SHAPE = `
  select 'column ' || table_schema || '.' || table_name || '.' || column_name,
         concat_ws(' ', data_type, udt_name, character_maximum_length, numeric_precision, is_nullable, column_default, is_identity, identity_generation, collation_name)
    from information_schema.columns where table_schema in ('public', 'alyx')
  union all
  select 'constraint ' || c.conrelid::regclass || ' ' || c.conname, pg_get_constraintdef(c.oid) || c.condeferrable || c.condeferred || c.convalidated
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace where ${MINE}
  union all
  select 'index ' || schemaname || '.' || indexname, indexdef from pg_indexes where schemaname in ('public', 'alyx')
  union all
  select 'trigger ' || t.tgrelid::regclass || ' ' || t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text::text
    from pg_trigger t where not t.tgisinternal
  union all
  select 'function ' || p.oid::regprocedure, md5(pg_get_functiondef(p.oid)) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${MINE} and p.prokind = 'f' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  union all
  select 'comment ' || c.oid::regclass || ' ' || d.objsubid, d.description from pg_description d join pg_class c on c.oid = d.objoid and c.relkind = 'r'
    join pg_namespace n on n.oid = c.relnamespace where d.classoid = 'pg_class'::regclass and ${MINE}
  union all
  select 'extension ' || extname, extversion from pg_extension
  order by 1`

export async function contentsOf(database: Database): Promise<Contents> {
  const pairs = async (text: string) =>
    Object.fromEntries((await database.rows({ text, values: [] })) as [string, string][])
  const tables = await database.rows({
    text: `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${MINE} and c.relkind = 'r' order by 1`,
    values: [],
  })
  const rows: Record<string, string> = {}
  for (const [table] of tables) {
    const [[sum] = []] = await database.rows({
      text: `select count(*) || ' ' || coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0) from ${table} t`,
      values: [],
    })
    rows[table!] = sum!
  }
  const sequences = await pairs(
    `select schemaname || '.' || sequencename, coalesce(last_value::text, 'new') from pg_sequences where schemaname in ('public', 'alyx') order by 1`,
  )
  return { shape: await pairs(SHAPE), rows, sequences, ours: tables.some(([table]) => table === 'alyx.migration') }
}
