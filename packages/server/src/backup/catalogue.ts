import { raw, type Session } from '../database/index.ts'

/** Schemas that hold everything of ours and of Alyx. */
const SCHEMAS = `('public', 'alyx')`
/** What belongs to an extension comes with it. */
const notOfExtension = (catalog: string, oid: string) =>
  `not exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`

/** A table as it is copied. */
export interface TableToCopy {
  /** `public.subjects_subject`, quoted where SQL wants it. */
  readonly name: string
  /** Columns that are copied, quoted, in their order on disk. */
  readonly columns: string
}

/** A database written down as SQL, with the rows left out. */
export interface Catalogue {
  /** Before the rows: schemas, extensions, sequences, tables, functions. */
  readonly before: readonly string[]
  readonly tables: readonly TableToCopy[]
  /** After the rows: positions of sequences, keys, checks, indexes, triggers, comments. */
  readonly after: readonly string[]
}

/** The database holds something that this form of a backup does not know. Nothing is lost: it is only not written. */
class NotKnown extends Error {
  override readonly name = 'NotKnown'
}

const UNKNOWN = `
  select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'p' then 'partitioned table' when 'f' then 'foreign table' else 'type' end,
         c.oid::regclass::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and c.relkind in ('v', 'm', 'p', 'f', 'c') and ${notOfExtension('pg_class', 'c.oid')}
  union all
  select 'type', t.oid::regtype::text from pg_type t join pg_namespace n on n.oid = t.typnamespace
   where n.nspname in ${SCHEMAS} and t.typtype in ('e', 'd', 'r') and ${notOfExtension('pg_type', 't.oid')}
  union all
  select 'policy', polname::text from pg_policy
  union all
  select 'rule', rulename::text from pg_rules where schemaname in ${SCHEMAS}
  union all
  select 'table in schema ' || n.nspname, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and n.nspname not in ${SCHEMAS} and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`

/** Each statement answers lines of SQL, in the order in which they are to be run. */
const BEFORE: readonly string[] = [
  `select format('create schema if not exists %I', nspname) from pg_namespace where nspname in ${SCHEMAS}`,
  `select format('create extension if not exists %I with schema %I', e.extname, n.nspname)
     from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql' order by 1`,
  `select format('create sequence %s as %s increment %s minvalue %s maxvalue %s start %s cache %s%s', c.oid::regclass, format_type(s.seqtypid, null),
                 s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, case when s.seqcycle then ' cycle' else '' end)
     from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and ${notOfExtension('pg_class', 'c.oid')}
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i')
    order by 1`,
  `select format('create %stable %s (%s)%s', case c.relpersistence when 'u' then 'unlogged ' else '' end, c.oid::regclass,
                 (select string_agg(format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                           case when a.attcollation <> t.typcollation then ' collate ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname) else '' end,
                           case when a.attnotnull then ' not null' else '' end,
                           case when a.attidentity <> '' then format(' generated %s as identity (sequence name %s increment %s minvalue %s maxvalue %s start %s cache %s)',
                                case a.attidentity when 'a' then 'always' else 'by default' end, pg_get_serial_sequence(c.oid::regclass::text, a.attname),
                                s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache)
                                when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid)) else '' end), ', ' order by a.attnum)
                    from pg_attribute a join pg_type t on t.oid = a.atttypid
                    left join pg_collation co on co.oid = a.attcollation left join pg_namespace cn on cn.oid = co.collnamespace
                    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    left join pg_sequence s on a.attidentity <> '' and s.seqrelid = pg_get_serial_sequence(c.oid::regclass::text, a.attname)::regclass
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
                 case when c.reloptions is null then '' else ' with (' || array_to_string(c.reloptions, ', ') || ')' end)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and c.relkind = 'r' and ${notOfExtension('pg_class', 'c.oid')} order by c.oid`,
  `select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ${SCHEMAS} and p.prokind in ('f', 'p') and ${notOfExtension('pg_proc', 'p.oid')} order by p.oid`,
  `select format('alter table only %s alter column %I set default %s', a.attrelid::regclass, a.attname, pg_get_expr(d.adbin, d.adrelid))
     from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
     join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and c.relkind = 'r' and a.attgenerated = '' order by 1`,
]

const TABLES = `
  select c.oid::regclass::text, string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
   where n.nspname in ${SCHEMAS} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     and ${notOfExtension('pg_class', 'c.oid')}
   group by c.oid order by 1`

/** Constraints in their order: what others refer to before who refers. */
const CONSTRAINTS = (kinds: string) => `
  select format('alter table only %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ${SCHEMAS} and k.contype in (${kinds}) and c.relkind = 'r' order by c.oid, k.conname`

const AFTER: readonly string[] = [
  `select format('select setval(%L, %s, %s)', s.schemaname || '.' || quote_ident(s.sequencename), coalesce(s.last_value, s.start_value), (s.last_value is not null)::text)
     from pg_sequences s where s.schemaname in ${SCHEMAS} order by 1`,
  CONSTRAINTS(`'p', 'u', 'x'`),
  CONSTRAINTS(`'c'`),
  `select pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and c.relkind = 'r' and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
    order by 1`,
  CONSTRAINTS(`'f'`),
  `select format('alter sequence %s owned by %s.%I', d.objid::regclass, d.refobjid::regclass, a.attname)
     from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where d.classid = 'pg_class'::regclass and d.deptype = 'a' and n.nspname in ${SCHEMAS} order by 1`,
  `select pg_get_triggerdef(t.oid) || case t.tgenabled
            when 'A' then format('; alter table %s enable always trigger %I', t.tgrelid::regclass, t.tgname)
            when 'R' then format('; alter table %s enable replica trigger %I', t.tgrelid::regclass, t.tgname)
            when 'D' then format('; alter table %s disable trigger %I', t.tgrelid::regclass, t.tgname) else '' end
     from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and n.nspname in ${SCHEMAS} order by t.tgrelid::regclass::text, t.tgname`,
  `select case d.objsubid when 0 then format('comment on table %s is %L', c.oid::regclass, d.description)
            else format('comment on column %s.%I is %L', c.oid::regclass, a.attname, d.description) end
     from pg_description d join pg_class c on c.oid = d.objoid and c.relkind = 'r' join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
    where d.classoid = 'pg_class'::regclass and n.nspname in ${SCHEMAS} order by 1`,
]

/**
 * Writes the database of a session down, as its transaction sees it.
 *
 * @throws NotKnown when there is something in it that would be left out
 */
export async function catalogueOf(session: Session): Promise<Catalogue> {
  // Names come out with their schema.
  await session.script(`set local search_path = pg_catalog`)
  const lines = async (sql: string): Promise<string[]> => (await session.rows(raw(sql))).map(([line]) => line!)
  const unknown = await session.rows(raw(UNKNOWN))
  if (unknown.length > 0)
    throw new NotKnown(
      `The database holds what only pg_dump can back up: ${unknown
        .slice(0, 5)
        .map((words) => words.join(' '))
        .join(', ')}. Install PostgreSQL's client programs.`,
    )
  const before: string[] = []
  for (const sql of BEFORE) before.push(...(await lines(sql)))
  const tables = (await session.rows(raw(TABLES))).map(([name, columns]) => ({ name: name!, columns: columns! }))
  const after: string[] = []
  for (const sql of AFTER) after.push(...(await lines(sql)))
  return { before, tables, after }
}
