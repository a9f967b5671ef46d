import { datetime, many, reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { notesOfRow, record } from '../shared-fields.ts'

export const ProbeInsertion = defineModel({
  app: 'experiments',
  name: 'ProbeInsertion',
  label: 'probe insertion',
  plural: 'probe insertions',
  help: 'One probe in the brain during one session.',
  fields: {
    ...record,
    session: reference('actions.session', 'Session in which the probe recorded.', 'cascade', {
      nullable: true,
      blank: true,
      related: 'probe_insertion',
    }),
    model: reference('experiments.probemodel', 'Model of the probe.', 'clear', {
      label: 'Probe model',
      nullable: true,
      blank: true,
      related: 'probe_insertion',
    }),
    serial: text('Serial number of the probe; the same as that of its chronic insertion.', 255, {
      label: 'Serial number',
      blank: true,
    }),
    auto_datetime: datetime('When the insertion was last changed.', {
      label: 'Last updated',
      readOnly: true,
      nullable: true,
      blank: true,
      touched: true,
    }),
    chronic_insertion: reference(
      'experiments.chronicinsertion',
      'Chronic insertion that it belongs to, when the probe stays in the animal.',
      'clear',
      {
        nullable: true,
        blank: true,
        related: 'probe_insertion',
      },
    ),
    datasets: many(
      'data.dataset',
      "Datasets recorded with the probe: those of the session whose collection contains the insertion's name.",
      { related: 'probe_insertion', blank: true, readOnly: true },
    ),
  },
  unique: [{ fields: ['name', 'session'], name: 'unique_probe_insertion_name_per_session' }],
  diskOrder: ['id', 'name', 'json', 'model_id', 'session_id', 'serial', 'auto_datetime', 'chronic_insertion_id'],
  title: '{name} {session.subject.nickname} {session.start_time}',
  admin: {
    list: ['name', 'session.start_time', 'session.subject', 'session', 'model', 'serial'],
    search: ['session.subject.nickname', 'session.id', 'id', 'name', 'serial'],
    filters: ['model', 'session.lab', 'session.projects', 'session.subject'],
    tables: [
      {
        model: 'experiments.trajectoryestimate',
        by: 'probe_insertion',
        fields: ['provenance', 'x', 'y', 'z', 'depth', 'theta', 'phi', 'roll', 'coordinate_system'],
        ordering: ['-provenance'],
      },
      notesOfRow,
    ],
  },
})
