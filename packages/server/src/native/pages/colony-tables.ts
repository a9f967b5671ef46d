import {
  AGE_GROUPS,
  animalsOfColony,
  cageCards,
  pairsWithLitters,
  requestsWithStatus,
  stockByLine,
} from '../../domains/subjects/index.ts'
import { list, oneOf, optional, otherwise, text, truth, uuid } from '../kinds.ts'
import { type Page, reading } from '../page.ts'

/** The colony at a glance. One statement each, besides asking who calls; requests need two. */
export const colonyTablePages: readonly Page[] = [
  {
    url: '/colony/lines',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'Lines with their living animals by sex, age and genotype.',
        description:
          'Pups until 21 days, young until 56, grown until 180. Stock: nobody but stock managers answers for them.',
        answer: '`results`, by nickname.',
        query: {
          active: otherwise(truth('Only lines that are bred.'), true),
          lab: optional(uuid('Lines of this lab.')),
          line: optional(uuid('This line.')),
        },
        run: async ({ call: { database, moment }, query }) => ({
          results: await stockByLine(database, { ...query, today: moment.today }),
        }),
      }),
    },
  },
  {
    url: '/colony/animals',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'Living animals, as the numbers of lines count them.',
        description: 'Every condition that is given must hold. A thousand at most.',
        answer: '`results`, by line and name: sex, age, genotype, cage, person, what is due.',
        query: {
          subjects: optional(list('These animals.', uuid('Key of an animal.'), { most: 500 })),
          line: optional(uuid('Of this line.')),
          litter: optional(uuid('Of this litter.')),
          housing: optional(uuid('That live in this housing.')),
          sex: optional(oneOf('Of this sex.', ['M', 'F', 'U'])),
          age: optional(oneOf('Of this age.', AGE_GROUPS)),
          genotype: optional(text('Of this genotype, in the words of the numbers.')),
          in_stock: optional(truth('Whether nobody but stock managers answers for them.')),
          breeding: optional(truth('Whether they are in a pair that breeds.')),
          to_be_genotyped: optional(truth('Whether they wait for a genotype.')),
          to_be_culled: optional(truth('Whether they are to be culled.')),
        },
        run: async ({ call: { database, moment }, query }) => ({
          results: await animalsOfColony(database, { ...query, today: moment.today }),
        }),
      }),
    },
  },
  {
    url: '/colony/pairs',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'Breeding pairs with their parents and litters.',
        answer: '`results`, the latest pair first; of litters how many pups live, are to be weaned and genotyped.',
        query: {
          current: otherwise(truth('Only those that breed now.'), true),
          line: optional(uuid('Pairs of this line.')),
        },
        run: async ({ call: { database }, query }) => ({ results: await pairsWithLitters(database, query) }),
      }),
    },
  },
  {
    url: '/colony/requests',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'Requests for animals, with how far they are and what is in stock.',
        answer: '`results`, the soonest due first.',
        query: {
          status: otherwise(oneOf('Which.', ['open', 'closed', 'all']), 'open'),
          user: optional(uuid('Of this person.')),
          line: optional(uuid('For this line.')),
        },
        run: async ({ call: { database }, query }) => ({ results: await requestsWithStatus(database, query) }),
      }),
    },
  },
  {
    url: '/colony/cage-cards',
    tag: 'colony',
    operations: {
      GET: reading({
        summary: 'What stands on the cards of cages.',
        answer: '`results`: cage, furnishing, living animals with genotype, line, person, protocol.',
        query: {
          housings: optional(list('These housings.', uuid('Key of a housing.'), { most: 500 })),
          subjects: optional(
            list('These animals, also those without a cage.', uuid('Key of an animal.'), { most: 500 }),
          ),
          cages: optional(list('Cages of these names.', text('Name of a cage.', { most: 64 }), { most: 500 })),
          lab: optional(uuid('Cages with animals of this lab.')),
        },
        run: async ({ call: { database }, query }) => ({ results: await cageCards(database, query) }),
      }),
    },
  },
]
