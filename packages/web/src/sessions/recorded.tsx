import type { SessionOverview } from '@alyx/client'
import { Text } from '@mantine/core'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'

/** From what is believed most to what was planned. */
const PROVENANCES: Readonly<Record<number, string>> = {
  70: 'aligned',
  50: 'histology',
  30: 'manipulator',
  10: 'planned',
}
const PLACES: Readonly<Record<string, string>> = {
  E: 'estimate',
  F: 'functional',
  L: 'landmark',
  H: 'histology',
}

/** Probes that were in the brain, and what was imaged. */
export function Recorded({ session }: { readonly session: SessionOverview }) {
  const { insertions, fields_of_view } = session
  return (
    <div className="stack">
      <Panel title="Probe insertions">
        {insertions.length === 0 ? (
          <Text c="dimmed" size="sm">
            No probe is registered. Pipelines register insertions when they find the data of a probe; planned ones can
            be added in the list of probe insertions.
          </Text>
        ) : (
          <ul className="recorded">
            {insertions.map(({ id, title, model, serial, datasets, trajectories }) => (
              <li key={id}>
                <ToRow model="experiments.probeinsertion" id={id}>
                  {title || 'without a name'}
                </ToRow>
                <span className="soft">
                  {[model, serial && `serial ${serial}`].filter((word) => word).join(' · ') || 'model not known'}
                </span>
                <span>{datasets} datasets</span>
                <span>
                  {trajectories.length === 0
                    ? 'no trajectory'
                    : `trajectory: ${trajectories
                        .map(
                          ({ provenance, channels }) =>
                            `${PROVENANCES[provenance] ?? provenance}${channels > 0 ? ` (${channels} channels)` : ''}`,
                        )
                        .join(', ')}`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Fields of view">
        {fields_of_view.length === 0 ? (
          <Text c="dimmed" size="sm">
            Nothing imaged is registered. Pipelines register fields of view with their places in the brain.
          </Text>
        ) : (
          <ul className="recorded">
            {fields_of_view.map(({ id, title, imaging_type, locations }) => (
              <li key={id}>
                <ToRow model="experiments.fov" id={id}>
                  {title || 'without a name'}
                </ToRow>
                <span className="soft">{imaging_type}</span>
                <span>{locations.find((one) => one.default)?.regions.join(', ') || 'regions not known'}</span>
                <span>
                  {locations.length === 0
                    ? 'no place'
                    : `place: ${locations.map(({ provenance }) => PLACES[provenance] ?? provenance).join(', ')}`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}
