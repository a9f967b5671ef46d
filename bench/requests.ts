import { DATASET_KINDS, deepOffset, nickname, PROJECTS, pick, rowId, type Sizes } from './laboratory.ts'

/** One of the requests that are measured; its nth form asks for other rows of the same kind. */
export interface MeasuredRequest {
  readonly name: string
  path(nth: number): string
  /** Requests a second of Alyx 3.6.1 on two cores and a database of the same size, where it was measured. */
  readonly reference?: number
  /** Whether it is a page of up to 250 rows, for which there is an aim. */
  readonly page?: true
  /** Whether PostgreSQL has to search for the rows, which may cost it far more than all the rest. */
  readonly search?: true
}

export function measuredRequests(sizes: Sizes, datasetTypes: readonly string[]): readonly MeasuredRequest[] {
  const ordinarySession = (nth: number) => rowId('session', 1 + pick(sizes.sessions - 1, nth))
  const subject = (nth: number) => nickname(pick(sizes.subjects, nth))
  return [
    { name: 'sessions, page of 250', path: () => '/sessions', reference: 3.6, page: true },
    {
      name: 'sessions, filtered',
      path: (nth) =>
        `/sessions?lab=bench_lab_${pick(10, nth)}&task_protocol=ephys&qc=PASS&date_range=2021-01-01,2021-06-30&limit=50`,
      search: true,
    },
    {
      name: 'sessions, by dataset type',
      path: (nth) =>
        `/sessions?project=bench_project_${pick(PROJECTS, nth)}&dataset_types=${datasetTypes[nth % DATASET_KINDS]}&limit=50`,
      search: true,
    },
    {
      name: `sessions, page of 250 at offset ${deepOffset(sizes, 0) - 1}`,
      path: (nth) => `/sessions?limit=250&offset=${deepOffset(sizes, nth)}`,
      reference: 3.4,
      page: true,
    },
    { name: 'session, 405 datasets', path: () => `/sessions/${rowId('session', 1)}`, reference: 1.3 },
    { name: 'session, 5 datasets', path: (nth) => `/sessions/${ordinarySession(nth)}` },
    { name: 'datasets of a session', path: (nth) => `/datasets?session=${ordinarySession(nth)}` },
    {
      name: 'datasets of a session, page of 250',
      path: () => `/datasets?session=${rowId('session', 1)}`,
      reference: 6.4,
      page: true,
    },
    { name: 'insertions, page of 250', path: () => '/insertions', reference: 6.5, page: true },
    {
      name: 'channels of an insertion, 80',
      path: (nth) => `/channels?probe_insertion=${rowId('insertion', pick(sizes.insertions, nth))}`,
      reference: 11.5,
    },
    { name: 'subjects, page of 100', path: () => '/subjects?limit=100', reference: 1.6 },
    { name: 'subject', path: (nth) => `/subjects/${subject(nth)}`, reference: 20 },
    {
      name: 'water requirement, 30 days',
      path: (nth) => `/water-requirement/${subject(nth)}?start_date=2023-01-10&end_date=2023-02-08`,
      reference: 53,
    },
  ]
}
