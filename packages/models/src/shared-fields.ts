import { datetime, id, json, level, longText, many, reference, text } from './field.ts'

/**
 * Letters and digits of any script, and the underscore, for use between brackets. Names with accents exist in labs'
 * databases, and JavaScript's own \w knows only those of English.
 */
export const WORD = '\\p{L}\\p{N}_'

/** What nearly every record starts with. */
export const record = {
  id: id(),
  name: text('Short name, for people.', 255, { blank: true }),
  json: json('Anything else worth keeping, as JSON.', { label: 'JSON' }),
} as const

/** The same for models whose name is declared by themselves: it is unique or required. */
export const unnamedRecord = { id: record.id, json: record.json } as const

/** What surgeries, sessions, injections, restrictions and other actions on a subject have in common. */
export const action = (related: string) =>
  ({
    ...record,
    subject: reference('subjects.subject', 'Animal on which the action was performed.', 'cascade', { related }),
    location: reference('misc.lablocation', 'Room or rig where it took place.', 'clear', {
      nullable: true,
      blank: true,
    }),
    lab: reference('misc.lab', 'Laboratory where it took place.', 'clear', { nullable: true, blank: true }),
    narrative: longText('What happened, in words.', { blank: true, markdown: true, templates: 'procedures' }),
    start_time: datetime('When it began.', { nullable: true, blank: true, default: { make: 'now' } }),
    end_time: datetime('When it ended; empty while it goes on.', { nullable: true, blank: true }),
    users: many('misc.labmember', 'People who took part.', { blank: true }),
    procedures: many('actions.proceduretype', 'What was done.', { blank: true }),
  }) as const

/** Remarks and pictures that hang on a row, newest first. */
export const notesOfRow = {
  model: 'misc.note',
  by: 'content_object',
  fields: ['date_time', 'user', 'text', 'image'],
  ordering: ['-date_time'],
} as const

/** How good the data are, from the checks; a higher number is worse, and 0 says that nobody has looked. */
export const qc = () =>
  level(
    'Worst result of the quality checks.',
    [
      [50, 'CRITICAL'],
      [40, 'FAIL'],
      [30, 'WARNING'],
      [0, 'NOT_SET'],
      [10, 'PASS'],
    ],
    { label: 'QC', default: { value: 0 } },
  )
