import { choice, float, text } from '../field.ts'
import { defineModel } from '../model.ts'
import { action } from '../shared-fields.ts'

export const VirusInjection = defineModel({
  app: 'actions',
  name: 'VirusInjection',
  label: 'virus injection',
  plural: 'virus injections',
  help: 'HELP',
  fields: {
    ...action('actions_virusinjections'),
    virus_batch: text('HELP', 255, { nullable: true, blank: true, default: { value: null } }),
    injection_volume: float('HELP nanolitres', { nullable: true, blank: true }),
    rate_of_injection: float('HELP unit not settled upstream', { nullable: true, blank: true }),
    injection_type: choice(
      'HELP',
      1,
      [
        ['I', 'Iontophoresis'],
        ['P', 'Pressure'],
      ],
      { blank: true, default: { value: 'I' } },
    ),
  },
})
