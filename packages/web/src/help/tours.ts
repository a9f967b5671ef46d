/** A place that a tour stops at. */
interface Stop {
  /** Below `/admin`. */
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  readonly title: string
  readonly text: string
  /** A CSS selector of what is meant, where the page has it. */
  readonly show?: string
}

/** A walk through the pages that people of one kind use every day. */
export interface Tour {
  readonly title: string
  /** For whom it is. */
  readonly who: string
  readonly stops: readonly Stop[]
}

const FIND: Stop = {
  to: '/',
  title: 'Find anything',
  text: 'Press / wherever you are: a nickname, an ear mark, a session, a file, a person, a page, or any key pasted from elsewhere.',
  show: '.find',
}

export const TOURS = {
  care: {
    title: 'Animals and their care',
    who: 'weighing, watering, breeding, weaning',
    stops: [
      {
        to: '/',
        title: 'What waits today',
        text: 'Home counts the animals to weigh and to water, litters to wean, animals to genotype. Each line leads to the place where that is done.',
        show: '[aria-labelledby="home-today"]',
      },
      {
        to: '/round/',
        title: 'The daily round',
        text: 'Choose a room, scan a cage or type a name: weigh, see at once what the animal needs, give water. It works without network, and sends what you entered when there is one.',
        show: '.page',
      },
      {
        to: '/water/',
        title: 'Animals on water restriction',
        text: 'Weight, what is required today, what was given and what remains, the lightest first. Choose several to start or end restrictions.',
        show: 'main h1',
      },
      {
        to: '/colony/',
        title: 'The colony',
        text: 'Stock of each line by sex and genotype, pairs, litters that are due. A new litter, weaning, genotypes and culling are steps here, with a look before anything is saved.',
        show: 'main h1',
      },
      {
        to: '/colony/cards/',
        title: 'Cards and labels',
        text: 'Cards for cages and labels as PDF, with a code that the daily round reads.',
        show: 'main h1',
      },
      {
        to: '/subjects/subject/',
        title: 'Every list works alike',
        text: 'What narrows a list stands above it as chips: take them away to see all. Click a heading to sort, a cell to change it; each change can be undone.',
        show: '[aria-label="Filters"]',
      },
      FIND,
    ],
  },
  experiments: {
    title: 'Experiments',
    who: 'surgeries, training, sessions, insertions',
    stops: [
      {
        to: '/',
        title: 'Your animals',
        text: 'The animals that you answer for, each with its last month of weights. Its page has the chart, surgeries, sessions and everything else in one timeline.',
        show: '.home-columns',
      },
      {
        to: '/actions/surgery/add/',
        title: 'A new surgery',
        text: 'Procedures bring a template for the narrative, and pictures are pasted into it. The weight of an implant is taken off the weight of the animal from then on.',
        show: 'main h1',
      },
      {
        to: '/training/',
        title: 'The training week',
        text: 'Who trained on which day, with water and performance, and who trained too little.',
        show: 'main h1',
      },
      {
        to: '/actions/session/',
        title: 'Sessions',
        text: 'Open one for its files and their copies, quality, insertions, notes, and the graph of its processing with the log of each step.',
        show: '[aria-label="Filters"]',
      },
      {
        to: '/experiments/probeinsertion/',
        title: 'Insertions',
        text: 'The page of an insertion shows trajectories by provenance and the regions along the probe.',
        show: '[aria-label="Filters"]',
      },
      {
        to: '/regions/',
        title: 'Brain regions',
        text: 'The tree of regions, with how many channels and insertions lie in each.',
        show: '[aria-label="Tree of regions"]',
      },
      {
        to: '/account/',
        title: 'Your account',
        text: 'The token for ONE and other programs is here; replace it when somebody else may have seen it.',
        show: 'main h1',
      },
      FIND,
    ],
  },
  data: {
    title: 'Data and processing',
    who: 'files, tasks, releases, people',
    stops: [
      {
        to: '/tasks/',
        title: 'Tasks',
        text: 'How many tasks of each graph wait, run and failed in each laboratory. Each number opens its tasks, to read logs and run them again, one or all.',
        show: 'main h1',
      },
      {
        to: '/tasks/',
        search: { view: 'attention' },
        title: 'What needs somebody',
        text: 'Tasks that failed for good, grouped by their error, until somebody has looked.',
        show: 'main h1',
      },
      {
        to: '/files/',
        title: 'Files',
        text: 'Numbers and sizes by laboratory, project, type and repository; copies that are missing; tags, protection and releases for many datasets at once.',
        show: 'main h1',
      },
      {
        to: '/data/dataset/',
        search: { view: 'all' },
        title: 'Lists of any size',
        text: 'Half a million rows scroll as ten do. Choose columns, filter by anything that rows are tied to, keep the view for yourself or share it.',
        show: '[aria-label="Filters"]',
      },
      {
        to: '/administration/',
        title: 'Administration',
        text: 'The state of the server, backups, schedules, and in words what each person may do.',
        show: 'main h1',
      },
      FIND,
    ],
  },
} as const satisfies Readonly<Record<string, Tour>>

export type TourName = keyof typeof TOURS
export const tourNames = Object.keys(TOURS) as readonly TourName[]
