/** Which files a session of each kind leaves behind, with plausible sizes. */

/** A file: its folder below the session, its name, the name of its dataset type, and bytes for a session of an hour. */
export interface FileKind {
  readonly collection: string
  readonly name: string
  readonly type: string
  readonly bytes: number
}

const KB = 1024
const MB = 1024 * KB
const GB = 1024 * MB

/** Dataset types that the starter data does not have, with the pattern of their file names. */
export const OWN_TYPES: Readonly<Record<string, { readonly pattern: string; readonly description: string }>> = {
  'taskData.raw': {
    pattern: '_iblrig_taskdata.raw*.jsonable',
    description: 'One JSON object per trial, as the rig wrote it.',
  },
  'taskSettings.raw': { pattern: '_iblrig_tasksettings.raw*.json', description: 'Settings of the rig and the task.' },
  'encoderPositions.raw': {
    pattern: '_iblrig_encoderpositions.raw*.ssv',
    description: 'Wheel positions as the encoder sent them.',
  },
  'camera.raw': { pattern: '_iblrig_*camera.raw*.mp4', description: 'Video of one camera, compressed.' },
  'trials.table': {
    pattern: '*_trials.table*.pqt',
    description: 'Times, contrasts, choice and feedback of every trial.',
  },
  'wheel.position': { pattern: '*wheel.position*.npy', description: 'Wheel angle in radians.' },
  'wheel.timestamps': { pattern: '*wheel.timestamps*.npy', description: 'Times of the wheel angles in seconds.' },
  'subjectTraining.table': {
    pattern: '*subjecttraining.table*.pqt',
    description: 'Performance of one animal over all its sessions.',
  },
}

const file = (collection: string, bytes: number, name: string, type: string): FileKind => ({
  collection,
  name,
  type,
  bytes,
})
const raw = (bytes: number, name: string, type: string) => file('raw_behavior_data', bytes, name, type)
const alf = (bytes: number, name: string, type: string) => file('alf', bytes, name, type)

/** Of every session; the most important first. */
export const BEHAVIOUR: readonly FileKind[] = [
  raw(4.1 * MB, '_iblrig_taskData.raw.jsonable', 'taskData.raw'),
  raw(9 * KB, '_iblrig_taskSettings.raw.json', 'taskSettings.raw'),
  alf(66 * KB, '_ibl_trials.table.pqt', 'trials.table'),
  alf(5.2 * MB, '_ibl_wheel.position.npy', 'wheel.position'),
  alf(5.2 * MB, '_ibl_wheel.timestamps.npy', 'wheel.timestamps'),
  file('raw_video_data', 310 * MB, '_iblrig_leftCamera.raw.mp4', 'camera.raw'),
  alf(1.7 * MB, '_ibl_leftCamera.times.npy', 'camera.times'),
  alf(38 * MB, '_ibl_leftCamera.dlc.pqt', 'camera.dlc'),
  alf(21 * KB, 'licks.times.npy', 'licks.times'),
  raw(14 * MB, '_iblrig_encoderPositions.raw.ssv', 'encoderPositions.raw'),
]

/** Of a recording, besides those of its probes. */
export const EPHYS: readonly FileKind[] = [
  file('raw_ephys_data', 270 * MB, '_spikeglx_ephysData_g0_t0.nidq.cbin', 'ephysData.raw.nidq'),
  file('raw_ephys_data', 17 * KB, '_spikeglx_ephysData_g0_t0.nidq.meta', 'ephysData.raw.meta'),
  file('raw_ephys_data', 1 * KB, '_spikeglx_ephysData_g0_t0.nidq.wiring.json', 'ephysData.raw.wiring'),
  alf(1 * KB, 'probes.description.json', 'probes.description'),
]

const sorted = (probe: string): readonly FileKind[] =>
  (
    [
      [97 * MB, 'spikes.times.npy'],
      [48 * MB, 'spikes.clusters.npy'],
      [97 * MB, 'spikes.amps.npy'],
      [97 * MB, 'spikes.depths.npy'],
      [3 * KB, 'clusters.channels.npy'],
      [3 * KB, 'clusters.depths.npy'],
      [24 * KB, 'clusters.uuids.csv'],
      [190 * KB, 'clusters.metrics.pqt'],
      [6 * KB, 'channels.localCoordinates.npy'],
      [3 * KB, 'channels.rawInd.npy'],
    ] as const
  ).map(([bytes, name]) => file(`alf/${probe}/pykilosort`, bytes, name, name.split('.').slice(0, 2).join('.')))

/** Files that a later spike sorting replaced. */
export const RESORTED = ['spikes.times.npy', 'spikes.clusters.npy', 'clusters.metrics.pqt']

/** Raw data and sorted spikes of one probe. */
export function probeFiles(probe: string, nth: number): readonly FileKind[] {
  const folder = `raw_ephys_data/${probe}`
  const stem = `_spikeglx_ephysData_g0_t0.imec${nth}`
  return [
    file(folder, 31 * GB, `${stem}.ap.cbin`, 'ephysData.raw.ap'),
    file(folder, 33 * KB, `${stem}.ap.ch`, 'ephysData.raw.ch'),
    file(folder, 17 * KB, `${stem}.ap.meta`, 'ephysData.raw.meta'),
    file(folder, 1.3 * GB, `${stem}.lf.cbin`, 'ephysData.raw.lf'),
    file(folder, 33 * KB, `${stem}.lf.ch`, 'ephysData.raw.ch'),
    file(folder, 17 * KB, `${stem}.lf.meta`, 'ephysData.raw.meta'),
    file(folder, 160 * KB, `${stem}.sync.npy`, 'ephysData.raw.sync'),
    file(folder, 160 * KB, `${stem}.timestamps.npy`, 'ephysData.raw.timestamps'),
    ...sorted(probe),
  ]
}

/** Positions in the atlas, there once the track has been found in the histology. */
export const tracedFiles = (probe: string): readonly FileKind[] => [
  file(`alf/${probe}/pykilosort`, 9 * KB, 'channels.mlapdv.npy', 'channels.mlapdv'),
  file(
    `alf/${probe}/pykilosort`,
    3 * KB,
    'channels.brainLocationIds_ccf_2017.npy',
    'channels.brainLocationIds_ccf_2017',
  ),
]

/** Of a mesoscope session, besides those of its fields of view. */
export const IMAGING: readonly FileKind[] = [
  file('raw_imaging_data_00', 26 * GB, 'imaging.frames.tif', 'imaging.frames'),
  file('raw_imaging_data_00', 420 * KB, 'rawImagingData.times.npy', 'rawImagingData.times'),
  file('raw_imaging_data_00', 12 * MB, 'referenceImage.raw.tif', 'referenceImage.raw'),
]

/** Activity of the cells of one field of view. */
export const fieldOfViewFiles = (name: string): readonly FileKind[] =>
  (
    [
      [210 * MB, 'mpci.ROIActivityF.npy'],
      [210 * MB, 'mpci.ROIActivityDeconvolved.npy'],
      [140 * KB, 'mpci.times.npy'],
      [2 * MB, 'mpciMeanImage.images.npy'],
      [31 * KB, 'mpciROIs.stackPos.npy'],
      [880 * KB, 'mpciROIs.masks.sparse_npz'],
    ] as const
  ).map(([bytes, file_name]) => file(`alf/${name}`, bytes, file_name, file_name.split('.').slice(0, 2).join('.')))
