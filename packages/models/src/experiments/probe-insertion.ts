import { datetime, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { record } from '../shared-fields.ts'

export const ProbeInsertion = defineModel({
  app: 'experiments',
  name: 'ProbeInsertion',
  label: 'probe insertion',
  plural: 'probe insertions',
  help: 'HELP',
  fields: {
    ...record,
    session: reference('actions.session', 'HELP', 'cascade', {
      nullable: true,
      blank: true,
      related: 'probe_insertion',
    }),
    model: reference('experiments.probemodel', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'probe_insertion',
    }),
    serial: text('HELP', 255, { blank: true }),
    auto_datetime: datetime('HELP not editable in forms', { nullable: true, blank: true, touched: true }),
    chronic_insertion: reference('experiments.chronicinsertion', 'HELP', 'clear', {
      nullable: true,
      blank: true,
      related: 'probe_insertion',
    }),
    datasets: many('data.dataset', 'HELP', { related: 'probe_insertion', blank: true }),
  },
  unique: [{ fields: ['name', 'session'], name: 'unique_probe_insertion_name_per_session' }],
  diskOrder: ['id', 'name', 'json', 'model_id', 'session_id', 'serial', 'auto_datetime', 'chronic_insertion_id'],
})
