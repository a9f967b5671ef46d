import { CoordinateSystem, FOV, FOVLocation, ImagingStack, ImagingType } from '@alyx/models'
import { later } from './calendar.ts'
import { type DemoDataset, FIELDS_OF_VIEW } from './datasets.ts'
import { rounded } from './random.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

/** Corner of each field of view nearest to Bregma, micrometres, and what lies under it. */
const PLACES = [
  { x: 2200, y: -3400, regions: ['VISp', 'VISam'] },
  { x: 1500, y: -2100, regions: ['VISa', 'RSPagl', 'SSp-bfd'] },
] as const
const SIDE_MICROMETRES = 600
const DEPTHS = [-180, -230] as const

/** Two fields of view per mesoscope session; in one session they are slices of a stack. */
export function addFieldsOfView(
  stage: Stage,
  sessions: readonly DemoSession[],
  datasets: readonly DemoDataset[],
): void {
  const random = stage.random('imaging')
  const recorded = sessions.filter(({ kind }) => kind === 'imaging')
  const stacked = recorded.at(-1)
  for (const session of recorded) {
    const stack = session === stacked ? stage.rows.add(ImagingStack, { name: `${session.path} z stack` }) : null
    for (const [nth, name] of FIELDS_OF_VIEW.entries()) {
      const id = stage.rows.add(FOV, {
        name,
        session_id: session.id,
        imaging_type_id: stage.catalogue.key(ImagingType, 'mesoscope'),
        stack_id: stack,
      })
      const own = datasets.filter((one) => one.session === session && one.collection.includes(name))
      stage.rows.link(
        FOV,
        'datasets',
        id,
        own.map((one) => one.id),
      )
      // Slices of a stack lie over each other.
      const place = PLACES[stack ? 0 : nth] ?? PLACES[0]
      const shift = [random.normal(0, 40), random.normal(0, 40)] as const
      addLocation(stage, session, id, 'E', place, shift, stack ? nth : 0)
      if (session.experiment.perfused) addLocation(stage, session, id, 'L', place, shift, 0)
    }
  }
}

function addLocation(
  stage: Stage,
  session: DemoSession,
  fov: string,
  provenance: 'E' | 'L',
  { x, y, regions }: (typeof PLACES)[number],
  [dx, dy]: readonly [number, number],
  slice: number,
): void {
  const better = provenance === 'L'
  const left = x + (better ? dx : 0)
  const front = y + (better ? dy : 0)
  const corners = [
    [left, front],
    [left + SIDE_MICROMETRES, front],
    [left, front - SIDE_MICROMETRES],
    [left + SIDE_MICROMETRES, front - SIDE_MICROMETRES],
  ] as const
  const id = stage.rows.add(FOVLocation, {
    field_of_view_id: fov,
    provenance,
    // The better estimate is the one to use.
    default_provenance: better === (session.experiment.perfused !== undefined),
    coordinate_system_id: stage.catalogue.key(CoordinateSystem, 'IBL-Allen'),
    x: corners.map(([one]) => rounded(one, 1)),
    y: corners.map(([, one]) => rounded(one, 1)),
    z: corners.map(() => DEPTHS[slice] ?? DEPTHS[0]),
    n_xyz: [512, 512, 1],
    auto_datetime: later(session.end, 120),
  })
  stage.rows.link(
    FOVLocation,
    'brain_region',
    id,
    regions.map((acronym) => stage.catalogue.brainRegion(acronym)),
  )
}
