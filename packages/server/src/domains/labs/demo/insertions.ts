import {
  Channel,
  ChronicInsertion,
  ChronicRecording,
  CoordinateSystem,
  ProbeInsertion,
  ProbeModel,
  ProcedureType,
  TrajectoryEstimate,
} from '@alyx/models'
import { at, later } from './calendar.ts'
import { type DemoDataset, isTraced, PROBES } from './datasets.ts'
import { type Random, rounded } from './random.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

/** Provenance of a trajectory as Alyx numbers it. */
const [PLANNED, MANIPULATOR, HISTOLOGY, ALIGNED] = [10, 30, 50, 70]

/** Where a probe goes in at the surface of the brain and how, micrometres from Bregma and degrees. */
interface Track {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly depth: number
  readonly theta: number
  readonly phi: number
  /** Regions from the tip upwards, with the fraction of the track at which each ends. */
  readonly regions: readonly (readonly [acronym: string, until: number])[]
}

const TRACKS: readonly Track[] = [
  {
    x: -2243,
    y: -2000,
    z: -361,
    depth: 4000,
    theta: 15,
    phi: 180,
    regions: [
      ['PO', 0.16],
      ['LP', 0.36],
      ['DG-po', 0.42],
      ['DG-mo', 0.5],
      ['CA1', 0.64],
      ['VISa', 0.7],
      ['VISp6a', 0.76],
      ['VISp5', 0.85],
      ['VISp4', 0.9],
      ['VISp2/3', 0.97],
      ['VISp1', 1],
    ],
  },
  {
    x: 1500,
    y: 2000,
    z: -420,
    depth: 3400,
    theta: 10,
    phi: 0,
    regions: [
      ['LSr', 0.12],
      ['CP', 0.48],
      ['MOs6a', 0.6],
      ['MOs5', 0.8],
      ['MOs2/3', 0.95],
      ['MOs1', 1],
    ],
  },
]

/** Recording sites of a probe of the first generation: four columns, a row of two every 20 µm. */
const SITES = 384
const COLUMNS = [43, 11, 59, 27]
const ROW_MICROMETRES = 20
const TIP_MICROMETRES = 175

/** Two probes per recording, with every estimate of where they were. */
export function addInsertions(stage: Stage, sessions: readonly DemoSession[], datasets: readonly DemoDataset[]): void {
  const random = stage.random('insertions')
  const chronic = addChronicInsertion(stage, sessions)
  for (const session of sessions.filter(({ kind }) => kind === 'ephys')) {
    for (const [nth, name] of PROBES.entries()) {
      const recording = nth === 0 ? chronic.get(session.experiment.animal.id) : undefined
      const serial = recording?.serial ?? `1819430${session.nth + 2}${nth}${random.integer(10, 99)}`
      const traced = isTraced(session)
      const id = stage.rows.add(ProbeInsertion, {
        session_id: session.id,
        name,
        serial,
        model_id: stage.catalogue.key(ProbeModel, recording ? 'NP2.1' : '3B2'),
        chronic_insertion_id: recording?.id ?? null,
        auto_datetime: later(session.end, 240),
        json: {
          qc: random.pick(['PASS', 'PASS', 'WARNING']),
          n_units: random.integer(280, 640),
          n_units_qc_pass: random.integer(60, 210),
          drift_rms_um: rounded(random.between(2, 9), 2),
          extended_qc: traced
            ? {
                tracing_exists: true,
                alignment_count: 2,
                alignment_resolved: true,
                alignment_stored: alignmentKey(session, 2),
              }
            : { tracing_exists: false },
          ...(traced && { xyz_picks: picks(jitter(TRACKS[nth] as Track, random)) }),
        },
      })
      const own = datasets.filter((one) => one.session === session && one.collection.includes(name))
      stage.rows.link(
        ProbeInsertion,
        'datasets',
        id,
        own.map((one) => one.id),
      )
      addTrajectories(stage, session, id, TRACKS[nth] as Track, random)
    }
  }
}

/** The animal that is recorded from now keeps its first probe from day to day. */
function addChronicInsertion(
  stage: Stage,
  sessions: readonly DemoSession[],
): Map<string, { id: string; serial: string }> {
  const session = sessions.find((one) => one.kind === 'ephys' && !isTraced(one))
  if (!session) return new Map()
  const { animal, user } = session.experiment
  const serial = '21053107801'
  const id = stage.rows.add(ChronicRecording, {
    name: 'probe00',
    subject_id: animal.id,
    lab_id: session.lab.id,
    location_id: session.lab.locations.surgery,
    start_time: at(session.day, session.lab.opens - 30),
    narrative: 'Probe cemented in a removable holder.',
  })
  stage.rows.add(ChronicInsertion, {
    chronicrecording_ptr_id: id,
    serial,
    model_id: stage.catalogue.key(ProbeModel, 'NP2.1'),
  })
  stage.rows.link(ChronicRecording, 'users', id, [user])
  stage.rows.link(ChronicRecording, 'procedures', id, [
    stage.catalogue.key(ProcedureType, 'Ephys recording with chronic probe(s)'),
  ])
  return new Map([[animal.id, { id, serial }]])
}

function addTrajectories(stage: Stage, session: DemoSession, insertion: string, track: Track, random: Random): void {
  const add = (
    provenance: number,
    { x, y, z, depth, theta, phi }: Track,
    daysLater: number,
    json: object | null = null,
  ) =>
    stage.rows.add(TrajectoryEstimate, {
      probe_insertion_id: insertion,
      provenance,
      x: rounded(x, 1),
      y: rounded(y, 1),
      z: rounded(z, 1),
      depth: rounded(depth, 1),
      theta: rounded(theta, 1),
      phi,
      roll: 0,
      coordinate_system_id: stage.catalogue.key(
        CoordinateSystem,
        provenance < HISTOLOGY ? 'Needles-Allen' : 'IBL-Allen',
      ),
      datetime: later(session.end, daysLater * 24 * 60),
      json,
    })
  add(PLANNED, track, 0)
  add(MANIPULATOR, jitter(track, random), 0)
  if (!isTraced(session)) return
  const traced = jitter(track, random)
  add(HISTOLOGY, traced, 15)
  const key = alignmentKey(session, 2)
  // Depths along the track that were matched with landmarks, in metres: as found, and as they should be.
  const json = { [key]: [[-0.0002, 0.0018, 0.0036], [-0.0002, 0.0017, 0.0035], 'PASS'] }
  addChannels(stage, add(ALIGNED, traced, 17, json), traced)
}

/** Hands and histology differ from plans. */
const jitter = (track: Track, random: Random): Track => ({
  ...track,
  x: random.normal(track.x, 60),
  y: random.normal(track.y, 60),
  depth: random.normal(track.depth, 40),
  theta: random.normal(track.theta, 0.8),
})

const alignmentKey = ({ day }: DemoSession, nth: number) => `${day}T${nth}2:04:11_mira.okafor`

/** Unit vector from the tip towards the surface. */
function upwards({ theta, phi }: Track): readonly [number, number, number] {
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [tilt, azimuth] = [radians(theta), radians(phi)]
  return [Math.sin(tilt) * Math.cos(azimuth), Math.sin(tilt) * Math.sin(azimuth), Math.cos(tilt)]
}

function pointAt(track: Track, aboveTip: number): [number, number, number] {
  const [dx, dy, dz] = upwards(track)
  const below = track.depth - aboveTip
  return [track.x - dx * below, track.y - dy * below, track.z - dz * below]
}

/** Points marked along the track in the histology, in whole micrometres. */
const picks = (track: Track) =>
  [0, 0.25, 0.5, 0.75, 1].map((part) => pointAt(track, part * track.depth).map((value) => Math.round(value)))

function addChannels(stage: Stage, trajectory: string, track: Track): void {
  for (let site = 0; site < SITES; site++) {
    const axial = ROW_MICROMETRES * (1 + Math.floor(site / 2))
    const aboveTip = axial + TIP_MICROMETRES
    const [x, y, z] = pointAt(track, aboveTip).map((value) => rounded(value, 1)) as [number, number, number]
    const region = track.regions.find(([, until]) => aboveTip / track.depth <= until)?.[0] ?? 'void'
    stage.rows.add(Channel, {
      trajectory_estimate_id: trajectory,
      axial,
      lateral: COLUMNS[site % COLUMNS.length] as number,
      x,
      y,
      z,
      brain_region_id: stage.catalogue.brainRegion(region),
    })
  }
}
