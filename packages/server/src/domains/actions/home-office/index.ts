/** Yearly returns of the animals that were used. */
export { homeOfficeReport, returnLists } from './report.ts'
export { returnListText } from './report-text.ts'
export type { ReturnedSubject } from './subjects.ts'
