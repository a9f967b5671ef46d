import { text } from '../field.ts'
import { defineModel } from '../model.ts'
import { unnamedRecord } from '../shared-fields.ts'

export const DataFormat = defineModel({
  app: 'data',
  name: 'DataFormat',
  label: 'data format',
  plural: 'data formats',
  help: 'A format of files, known by its extension.',
  fields: {
    ...unnamedRecord,
    name: text('Unique name of the format, as in npy.', 255, { unique: true }),
    description: text('What the format is, in a line.', 255, { blank: true, personal: true }),
    file_extension: text('Extension with its dot, as in .npy; two formats must not share one.', 255, {
      patternMessage: 'Invalid file extension, should start with a dot',
      pattern: '\\.[^\\.]+',
    }),
    matlab_loader_function: text('Function that reads such a file in MATLAB.', 255, {
      label: 'MATLAB loader',
      blank: true,
    }),
    python_loader_function: text('Function that reads such a file in Python.', 255, {
      label: 'Python loader',
      blank: true,
    }),
  },
  ordering: ['name'],
  naturalKey: ['name'],
  title: '{name}',
  admin: {
    list: ['name', 'description', 'file_extension', 'matlab_loader_function', 'python_loader_function'],
    search: ['name', 'description', 'file_extension'],
  },
})
