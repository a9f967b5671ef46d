import { describe, expect, test } from 'vitest'
import { extensionOf, objectAndAttribute } from '../../../../src/domains/data/registration/alf-name.ts'
import { recogniser } from '../../../../src/domains/data/registration/recognition.ts'

describe('what an ALF name says', () => {
  test.each([
    { name: 'spikes.times.npy', says: 'spikes.times' },
    { name: '_ibl_spikes.times.npy', says: 'spikes.times' },
    { name: '_spikeglx_ephysData_g0_t0.imec.cbin', says: 'ephysData_g0_t0.imec' },
    { name: 'spikes.times_ephysClock.npy', says: 'spikes.times' },
    { name: 'trials.goCue_times.npy', says: 'trials.goCue_times' },
    { name: 'trials.goCue_times_bpod.npy', says: 'trials.goCue_times' },
    { name: 'trials.goCue_intervals.csv', says: 'trials.goCue_intervals' },
    { name: 'clusters.metrics.a1.b2.pqt', says: 'clusters.metrics' },
    { name: 'task._ibl_settings.json', says: 'task._ibl_settings' },
    { name: 'README.csv', says: 'README' },
    { name: 'notes', says: 'notes' },
    { name: 'a-b.c.npy', says: 'a-b.c' },
  ])('$name: $says', ({ name, says }) => {
    expect(objectAndAttribute(name)).toBe(says)
  })

  test.each([
    ['a.npy', '.npy'],
    ['a.b.tar.gz', '.gz'],
    ['a', ''],
    ['.hidden', ''],
    ['..hidden.txt', '.txt'],
    ['a.', '.'],
  ])('the extension of %s is "%s"', (name, extension) => {
    expect(extensionOf(name)).toBe(extension)
  })

  test('no name takes for ever to read', () => {
    const start = performance.now()

    objectAndAttribute(`a.b${'.'.repeat(250)}!`)

    expect(performance.now() - start).toBeLessThan(200)
  })
})

describe('the dataset type and the format of a file', () => {
  const recognise = recogniser(
    [
      { id: 'times', name: 'spikes.times', filename_pattern: '*spikes.times*.npy' },
      { id: 'notes', name: 'notes', filename_pattern: ' ' },
      { id: 'depths', name: 'spikes.depths', filename_pattern: '' },
      { id: 'any-1', name: 'one', filename_pattern: 'amb.*' },
      { id: 'any-2', name: 'two', filename_pattern: '*.x?.npy' },
      { id: 'lost', name: 'lost', filename_pattern: 'lost.*' },
    ],
    [
      { id: 'npy', name: 'npy', file_extension: '.npy' },
      { id: 'txt', name: 'txt', file_extension: '.txt' },
      { id: 'dat-1', name: 'raw', file_extension: '.dat' },
      { id: 'dat-2', name: 'binary', file_extension: '.dat' },
    ],
  )

  test.each([
    { name: '_ibl_spikes.times_bpod.npy', type: 'times', format: 'npy' },
    { name: 'notes.txt', type: 'notes', format: 'txt' },
    { name: 'spikes.depths.probe.npy', type: 'depths', format: 'npy' },
  ])('$name is $type as $format', ({ name, type, format }) => {
    expect(recognise(name)).toEqual({ dataset_type_id: type, data_format_id: format })
  })

  test.each([
    { name: 'nothing.like.this', refused: 'No dataset type found for filename "nothing.like.this"' },
    { name: 'Spikes.Depths.npy', refused: 'No dataset type found for filename "Spikes.Depths.npy"' },
    { name: 'amb.x1.npy', refused: 'Multiple matching dataset types found for filename "amb.x1.npy": one, two' },
    { name: 'lost.a.nope', refused: 'No data format has the extension ".nope" of "lost.a.nope".' },
    { name: 'lost.a.dat', refused: '2 data formats have the extension ".dat" of "lost.a.dat": binary, raw.' },
  ])('$name is refused: $refused', ({ name, refused }) => {
    expect(() => recognise(name)).toThrow(refused)
  })
})
