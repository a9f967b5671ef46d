import { sql } from 'kysely'
import type { Fragment, Scope } from '../../query/index.ts'

const isDead = (subject: Scope): Fragment => sql`(${subject.own('death_date')} <= current_date) is true`

/** Subjects that are alive: no day of death, or one still to come. */
export const subjectsAlive = (subject: Scope, alive: boolean): Fragment<boolean> =>
  alive ? sql<boolean>`not (${isDead(subject)})` : sql<boolean>`(${isDead(subject)})`

/** Subjects in the care of a stock manager, or of anybody else and nobody. */
export const subjectsInStock = (subject: Scope, inStock: boolean): Fragment<boolean> =>
  sql<boolean>`(${subject.column('responsible_user.is_stock_manager').sql} is ${sql.raw(inStock ? '' : 'not')} true)`

const openRestriction = (subject: Scope): Fragment =>
  sql`exists (select 1 from actions_waterrestriction w where w.subject_id = ${subject.key} and w.end_time is null)`

/** Living subjects that are, or are not, on water restriction. */
export const subjectsRestricted = (subject: Scope, restricted: boolean): Fragment<boolean> =>
  sql<boolean>`(${subjectsAlive(subject, true)} and ${restricted ? sql`` : sql`not `}${openRestriction(subject)})`

/** Subjects, dead ones included, with a restriction that nobody ended. */
export const subjectsWithOpenRestriction = (subject: Scope): Fragment<boolean> =>
  sql<boolean>`${openRestriction(subject)}`

/** Subjects that are, or are not, father or mother in a pair that has begun and not ended. */
export const subjectsBreeding = (subject: Scope, breeding: boolean): Fragment<boolean> =>
  sql<boolean>`${breeding ? sql`` : sql`not `}exists (select 1 from subjects_breedingpair p where ${subject.key} in (p.father_id, p.mother1_id, p.mother2_id) and p.start_date is not null and p.end_date is null)`

/** `Cre +/-`: an allele and how many copies of it a subject carries. */
export const genotypeText = (zygosity: Scope): Fragment =>
  sql`${zygosity.column('allele.nickname').sql} || ' ' || case ${zygosity.own('zygosity')} when 0 then '-/-' when 1 then '+/-' when 2 then '+/+' when 3 then '+' end`

/** Zygosities of alleles that the subject's line has; all of them for a subject without line. */
export const ofTheLine = (zygosity: Scope): Fragment<boolean> =>
  sql<boolean>`(${zygosity.column('subject.line').sql} is null or exists (select 1 from subjects_line_alleles la where la.line_id = ${zygosity.column('subject.line').sql} and la.allele_id = ${zygosity.own('allele_id')}))`
