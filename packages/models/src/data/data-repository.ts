import { boolean, reference, text, url, uuid } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataRepository = defineModel({
  app: 'data',
  name: 'DataRepository',
  label: 'data repository',
  plural: 'data repositories',
  help: 'A place where files are kept: a server, a bucket, a disk of a rig.',
  fields: {
    ...unnamedRecord,
    name: text('Unique name; names that begin with flatiron or aws are read as public stores.', 255, { unique: true }),
    repository_type: reference('data.datarepositorytype', 'Kind of place.', 'cascade', {
      label: 'Type',
      nullable: true,
      blank: true,
    }),
    hostname: text('Name of the machine; letters, digits, dots, hyphens and underscores.', 200, {
      patternMessage: 'Invalid hostname',
      blank: true,
      pattern: '[a-zA-Z0-9._\\-]+',
    }),
    data_url: url('Web address under which its files begin.', {
      label: 'Data URL',
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    timezone: text('Zone of the clock on the machine, as in Europe/London.', 64, {
      label: 'Time zone',
      blank: true,
      default: { setting: 'time_zone' },
    }),
    globus_path: text('Folder on the Globus endpoint under which its files begin.', 1000, { blank: true }),
    globus_endpoint_id: uuid('Identifier of the Globus endpoint.', {
      label: 'Globus endpoint',
      nullable: true,
      blank: true,
    }),
    globus_is_personal: boolean('Yes for a machine of a rig or a person, no for a server that others can read from.', {
      label: 'Personal',
      nullable: true,
      blank: true,
    }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: [
      'name',
      'repository_type',
      'timezone',
      'hostname',
      'data_url',
      'globus_path',
      'globus_endpoint_id',
      'globus_is_personal',
    ],
    search: ['name', 'hostname', 'data_url'],
    filters: ['repository_type', 'globus_is_personal'],
  },
})
