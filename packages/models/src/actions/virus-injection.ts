import { choice, float, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const VirusInjection = defineModel({
  app: 'actions',
  name: 'VirusInjection',
  label: 'virus injection',
  plural: 'virus injections',
  help: 'An injection of virus into an animal.',
  fields: {
    ...action('actions_virusinjections'),
    virus_batch: text('Batch of the virus, as on the tube.', 255, {
      nullable: true,
      blank: true,
      default: { value: null },
    }),
    injection_volume: float('Volume injected.', { unit: 'nL', nullable: true, blank: true }),
    rate_of_injection: float('How fast it was injected; write the unit into the narrative.', {
      nullable: true,
      blank: true,
    }),
    injection_type: choice(
      'Whether current or pressure drove the virus out.',
      1,
      [
        ['I', 'Iontophoresis'],
        ['P', 'Pressure'],
      ],
      { blank: true, default: { value: 'I' } },
    ),
  },
  title: 'VirusInjection for {subject.nickname}',
  admin: {
    list: ['subject', 'start_time', 'users', 'virus_batch', 'injection_volume', 'injection_type', 'narrative'],
    search: ['subject.nickname', 'virus_batch', 'narrative'],
    filters: ['subject.responsible_user', 'users', 'start_time', 'lab'],
  },
})
