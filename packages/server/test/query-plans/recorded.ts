import type { Database, Statement, StatementCount } from '../../src/database/index.ts'

/** A database that writes down every statement asked of it. */
export function recorded(database: Database, statements: Statement[]): Database {
  const noted = <T>(statement: Statement, answer: Promise<T>): Promise<T> => {
    statements.push(statement)
    return answer
  }
  return {
    serverVersion: database.serverVersion,
    rows: (statement) => noted(statement, database.rows(statement)),
    objects: (statement) => noted(statement, database.objects(statement)),
    execute: (statement) => noted(statement, database.execute(statement)),
    counted: (count: StatementCount) => recorded(database.counted(count), statements),
    transaction: (work, options) => database.transaction(work, options),
    script: (sql) => database.script(sql),
    listen: (channel, heard) => database.listen(channel, heard),
    close: () => database.close(),
  }
}

/** One step of a plan, as EXPLAIN gives it. */
interface Step {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Step[]
}

const stepsOf = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(stepsOf)]

/** What a statement reads: tables read from end to end, and indexes. */
export async function planOf(
  database: Database,
  { text, values }: Statement,
): Promise<{ readonly readWhole: string[]; readonly indexes: string[] }> {
  const [row] = await database.rows({ text: `explain (format json) ${text}`, values })
  const steps = stepsOf(JSON.parse(row![0]!)[0].Plan)
  return {
    readWhole: steps.flatMap((step) => (step['Node Type'] === 'Seq Scan' ? [step['Relation Name'] ?? ''] : [])),
    indexes: steps.flatMap((step) => step['Index Name'] ?? []),
  }
}
