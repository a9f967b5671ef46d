/** Pages that are not lists of a model: shown on top of the menu, and found by the search. */
export interface Place {
  readonly title: string
  /** Below `/admin`. */
  readonly to: string
  /** Other words that people look for it with. */
  readonly words: string
}

export const PLACES: readonly Place[] = [
  { title: 'Home', to: '/', words: 'today start overview' },
  { title: 'Daily round', to: '/round/', words: 'weigh water give scale animals today' },
  {
    title: 'Colony',
    to: '/colony/',
    words: 'lines stock breeding pairs litters wean genotype requests cull cage cards labels',
  },
  { title: 'Tasks', to: '/tasks/', words: 'jobs queue pipeline graph processing log worker machine pause' },
  { title: 'Brain regions', to: '/regions/', words: 'atlas anatomy tree acronym' },
  {
    title: 'Files',
    to: '/files/',
    words: 'data datasets sizes totals repositories missing copies tags protection revisions releases',
  },
  { title: 'Water restriction', to: '/water/', words: 'weight restricted water table given remaining' },
  {
    title: 'Administration',
    to: '/administration/',
    words: 'server status backups schedules rights people labs accounts parameters',
  },
  { title: 'Training week', to: '/training/', words: 'training sessions week days too few' },
]
