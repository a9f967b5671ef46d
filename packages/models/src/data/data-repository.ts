import { boolean, reference, text, url, uuid } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataRepository = defineModel({
  app: 'data',
  name: 'DataRepository',
  label: 'data repository',
  plural: 'data repositories',
  help: 'HELP',
  fields: {
    ...unnamedRecord,
    name: text('HELP unique', 255, { unique: true }),
    repository_type: reference('data.datarepositorytype', 'HELP', 'cascade', { nullable: true, blank: true }),
    hostname: text('HELP', 200, { blank: true, pattern: '[a-zA-Z0-9\\.\\-\\_]+' }),
    data_url: url('HELP URL syntax; HTTP root of the repository', {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    timezone: text('HELP', 64, { blank: true, default: { setting: 'time_zone' } }),
    globus_path: text('HELP absolute root path on the Globus endpoint', 1000, { blank: true }),
    globus_endpoint_id: uuid('HELP Globus endpoint UUID', { nullable: true, blank: true }),
    globus_is_personal: boolean(
      'HELP TRUE = personal/local endpoint, FALSE = server; NULL = unknown (matches neither filter)',
      { nullable: true, blank: true },
    ),
  },
  ordering: ['name'],
})
