import { type Db, raw, sql } from '../database/index.ts'
import { normalised } from './identifiers.ts'
import { byName, type Column, type Constraint, type ConstraintKind, type Schema, type Table } from './shape.ts'

/** Objects that an extension brought along are the extension's, not the database's shape. */
const notOfExtension = (catalog: string, oid: string) =>
  raw(
    `not exists (select from pg_depend e where e.classid = '${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e')`,
  )

const tablesIn = (schema: string) => sql`
  select t.oid::text as id, t.relname as name
    from pg_class t
   where t.relnamespace = to_regnamespace(${schema}) and t.relkind in ('r', 'p') and ${notOfExtension('pg_class', 't.oid')}`

const columnsIn = (schema: string) => sql`
  select t.oid::text as table_id, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
         not a.attnotnull as nullable, a.attidentity <> '' as identity, pg_get_expr(d.adbin, d.adrelid) as default
    from pg_class t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where t.relnamespace = to_regnamespace(${schema}) and t.relkind in ('r', 'p')
   order by t.oid, a.attnum`

// NOT NULL is a constraint of its own ('n') since PostgreSQL 18; here it is a property of the column.
const constraintsIn = (schema: string) => sql`
  select c.conrelid::text as table_id, c.conname as name, pg_get_constraintdef(c.oid) as definition,
         case c.contype when 'p' then 'primary key' when 'u' then 'unique' when 'c' then 'check'
                        when 'f' then 'foreign key' else 'exclude' end as kind
    from pg_constraint c
    join pg_class t on t.oid = c.conrelid
   where t.relnamespace = to_regnamespace(${schema}) and c.contype in ('p', 'u', 'c', 'f', 'x')`

const indexesIn = (schema: string) => sql`
  select i.indrelid::text as table_id, x.relname as name, pg_get_indexdef(i.indexrelid) as definition,
         i.indisunique as unique
    from pg_index i
    join pg_class x on x.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
   where t.relnamespace = to_regnamespace(${schema}) and t.relkind in ('r', 'p')
     and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))`

const sequencesIn = (schema: string) => sql`
  select s.relname as name, format_type(q.seqtypid, null) as type,
         (select o.relname || '.' || a.attname
            from pg_depend d
            join pg_class o on o.oid = d.refobjid
            join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
           where d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i') limit 1) as "ownedBy"
    from pg_sequence q
    join pg_class s on s.oid = q.seqrelid
   where s.relnamespace = to_regnamespace(${schema})`

const othersIn = (schema: string) => sql`
  select 'view' as kind, v.relname as name
    from pg_class v
   where v.relnamespace = to_regnamespace(${schema}) and v.relkind in ('v', 'm') and ${notOfExtension('pg_class', 'v.oid')}
  union all
  select 'function', p.proname
    from pg_proc p
   where p.pronamespace = to_regnamespace(${schema}) and ${notOfExtension('pg_proc', 'p.oid')}
  union all
  select 'trigger', g.tgname
    from pg_trigger g
    join pg_class t on t.oid = g.tgrelid
   where t.relnamespace = to_regnamespace(${schema}) and not g.tgisinternal
  union all
  select 'type', y.typname
    from pg_type y
   where y.typnamespace = to_regnamespace(${schema}) and y.typtype in ('e', 'd') and ${notOfExtension('pg_type', 'y.oid')}`

interface OfTable {
  readonly table_id: string
}

/**
 * What a schema (namespace) of a live database looks like, everything `alyx_*` included.
 *
 * Six statements, whatever the number of tables; extensions' own objects are left out.
 */
export async function readSchema(db: Db, schema = 'public'): Promise<Schema> {
  const tables = await db.objects<{ id: string; name: string }>(tablesIn(schema))
  const columns = Map.groupBy(await db.objects<Column & OfTable>(columnsIn(schema)), (row) => row.table_id)
  const constraints = Map.groupBy(
    await db.objects<OfTable & { name: string; kind: ConstraintKind; definition: string }>(constraintsIn(schema)),
    (row) => row.table_id,
  )
  const indexes = Map.groupBy(
    await db.objects<OfTable & { name: string; definition: string; unique: boolean }>(indexesIn(schema)),
    (row) => row.table_id,
  )
  const sequences = await db.objects<Schema['sequences'][number]>(sequencesIn(schema))
  const others = await db.objects<Schema['others'][number]>(othersIn(schema))

  return {
    tables: tables
      .map(
        ({ id, name }): Table => ({
          name,
          columns: (columns.get(id) ?? []).map(({ table_id: _, ...column }) => column),
          constraints: (constraints.get(id) ?? []).map(normalisedConstraint).sort(byName),
          indexes: (indexes.get(id) ?? [])
            .map(({ name: index, definition, unique }) => ({
              name: index,
              definition: normalised(definition.slice(definition.indexOf('USING '))),
              unique,
            }))
            .sort(byName),
        }),
      )
      .sort(byName),
    sequences: sequences.toSorted(byName),
    others: others.toSorted(byName),
  }
}

const normalisedConstraint = ({ name, kind, definition }: Constraint): Constraint => ({
  name,
  kind,
  definition: normalised(definition),
})
