import { date, datetime, level, longText, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const DataNotice = defineModel({
  app: 'data',
  name: 'DataNotice',
  label: 'data notice',
  plural: 'data notices',
  help: 'HELP',
  fields: {
    ...record,
    description: longText('HELP Markdown source', { blank: true }),
    importance: level(
      'HELP',
      [
        [50, 'Critical'],
        [40, 'Major'],
        [30, 'Minor'],
        [20, 'Insignificant'],
      ],
      { default: { value: 20 } },
    ),
    created_by: reference('misc.labmember', 'HELP', 'clear', { nullable: true, blank: true, related: 'data_notices' }),
    created_datetime: datetime('HELP not editable in forms', { blank: true, touched: true }),
    version_affected: text('HELP free text', 64, { blank: true }),
    affected_date_start: date('HELP', { nullable: true, blank: true }),
    affected_date_end: date('HELP', { nullable: true, blank: true }),
    datasets: many('data.dataset', 'HELP', { related: 'data_notices', blank: true }),
  },
  ordering: ['-importance', '-created_datetime', 'name'],
})
