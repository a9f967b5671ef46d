import { reference, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { notesOfRow } from '../shared-fields.ts'

export const ChronicInsertion = defineModel({
  app: 'experiments',
  name: 'ChronicInsertion',
  label: 'chronic insertion',
  plural: 'chronic insertions',
  help: 'A probe that stays in one animal over many sessions.',
  parent: 'actions.chronicrecording',
  fields: {
    chronicrecording_ptr: reference(
      'actions.chronicrecording',
      'The chronic recording that this insertion extends.',
      'cascade',
      { primaryKey: true, single: true },
    ),
    serial: text('Serial number of the probe.', 255, { label: 'Serial number', blank: true }),
    model: reference('experiments.probemodel', 'Model of the probe.', 'clear', {
      label: 'Probe model',
      nullable: true,
      blank: true,
      related: 'chronic_insertion',
    }),
  },
  title: '{name} {subject.nickname} {serial}',
  admin: {
    list: ['name', 'subject', 'serial', 'model', 'start_time', 'users'],
    search: ['subject.nickname', 'name', 'serial', 'probe_insertion.id', 'chronicrecording_ptr'],
    filters: ['subject', 'model', 'lab', 'users'],
    tables: [
      {
        model: 'experiments.probeinsertion',
        by: 'chronic_insertion',
        fields: ['name', 'session', 'model', 'serial'],
        readOnly: true,
      },
      {
        model: 'experiments.trajectoryestimate',
        by: 'chronic_insertion',
        fields: ['provenance', 'x', 'y', 'z', 'depth', 'theta', 'phi', 'roll', 'coordinate_system'],
        ordering: ['-provenance'],
      },
      notesOfRow,
    ],
  },
})
