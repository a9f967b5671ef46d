import { Subject } from '@alyx/models'
import { faultsOfResults, genotypeGrid, recordTestResults } from '../../domains/subjects/index.ts'
import { invalid } from '../../records/index.ts'
import { judgeRows } from '../../rights/index.ts'
import { day, list, nullable, object, oneOf, optional, truth, uuid } from '../kinds.ts'
import { type Page, reading, recording } from '../page.ts'

const MOST_RESULTS = 5000

/** Results of genotype tests, entered as a table of animals and sequences. */
export const genotypePages: readonly Page[] = [
  {
    url: '/colony/genotypes',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'The grid of genotype tests: animals down, sequences across.',
        answer:
          '`sequences` and `alleles` of their lines; `rows` with `results` by sequence and `zygosities` by allele.',
        query: {
          litter: optional(uuid('Animals of this litter.')),
          line: optional(uuid('Animals of this line.')),
          subjects: optional(list('These animals.', uuid('Key of an animal.'), { most: 500 })),
          waiting: optional(truth('Only animals that are to be genotyped.')),
        },
        async run({ call: { database }, query }) {
          if (Object.values(query).every((one) => one === undefined))
            throw invalid({ '': ['Say which animals: of a litter, of a line, some, or those that wait.'] })
          return genotypeGrid(database, query)
        },
      }),
      POST: recording({
        summary: 'Record results of genotype tests, all or none.',
        description:
          'What is wrong is told by row: `results.3.sequence`. Zygosities follow from the rules of the lines.',
        answer: '`recorded`, how many; `rows` of the animals as they are now.',
        body: {
          date: optional(day('Day on which the genotypes became known: nobody has to test the animals any more.')),
          results: list(
            'A result for each test.',
            object('A test of an animal.', {
              subject: uuid('The animal.'),
              sequence: uuid('The sequence.'),
              result: nullable(oneOf('0 absent, 1 present; null takes the test back.', [0, 1])),
            }),
            { least: 1, most: MOST_RESULTS },
          ),
        },
        async run({ call: { account }, recorder, body: { date, results } }) {
          const { db } = recorder
          const subjects = [...new Set(results.map(({ subject }) => subject))]
          const verdicts = await judgeRows(db, account, 'change', Subject, subjects)
          const faults = new Map(
            [...(await faultsOfResults(db, results))].map(([at, { field, message }]) => [
              `results.${at}.${field}`,
              [message],
            ]),
          )
          for (const [at, { subject }] of results.entries()) {
            const place = `results.${at}.subject`
            const verdict = verdicts.get(subject)
            if (verdict && (!verdict.may || verdict.fields) && !faults.has(place))
              faults.set(place, ['You may not change this animal.'])
          }
          if (faults.size > 0) throw invalid(Object.fromEntries(faults))
          await recordTestResults(recorder, results, date)
          return { recorded: results.length, rows: (await genotypeGrid(db, { subjects })).rows }
        },
      }),
    },
  },
]
