import type { Trajectory } from '@alyx/client'
import { Badge, Button, Text } from '@mantine/core'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { apart } from './apart.ts'

interface TrajectoriesProps {
  readonly trajectories: readonly Trajectory[]
  /** Provenance whose channels are drawn. */
  readonly shown: number | undefined
  readonly onShow: (provenance: number) => void
}

const NUMBERS = [
  ['x', 'x (µm)'],
  ['y', 'y (µm)'],
  ['z', 'z (µm)'],
  ['depth', 'Depth (µm)'],
  ['theta', 'θ (°)'],
  ['phi', 'φ (°)'],
  ['roll', 'Roll (°)'],
] as const

/** Estimates of where the probe went, the most believed first, each compared with that one. */
export function Trajectories({ trajectories, shown, onShow }: TrajectoriesProps) {
  const [believed] = trajectories
  return (
    <Panel title="Trajectories">
      {!believed ? (
        <Text c="dimmed" size="sm">
          Nobody has said where the probe went. A planned trajectory can be added in the list of trajectory estimates;
          histology and its alignment with the recording register theirs through ONE.
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard
        <div className="wide-content plain-links" tabIndex={0}>
          <table className="values">
            <thead>
              <tr>
                <th scope="col">Provenance</th>
                {NUMBERS.map(([name, label]) => (
                  <th key={name} scope="col" className="number">
                    {label}
                  </th>
                ))}
                <th scope="col">Coordinates</th>
                <th scope="col">From the first</th>
                <th scope="col">Channels</th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {trajectories.map((one) => (
                <tr key={one.id}>
                  <td>
                    <ToRow model="experiments.trajectoryestimate" id={one.id}>
                      {one.label}
                    </ToRow>{' '}
                    {one === believed && (
                      <Badge size="sm" variant="light" tt="none">
                        believed
                      </Badge>
                    )}
                  </td>
                  {NUMBERS.map(([name]) => (
                    <td key={name} className="number">
                      {one[name] ?? '–'}
                    </td>
                  ))}
                  <td>{one.coordinate_system ?? <span className="soft">not said</span>}</td>
                  <td>{one === believed ? <span className="soft">–</span> : apart(one, believed)}</td>
                  <td>
                    {one.channels === 0 ? (
                      <span className="soft">none</span>
                    ) : one.provenance === shown ? (
                      `${one.channels}, shown`
                    ) : (
                      <Button size="compact-xs" variant="default" onClick={() => onShow(one.provenance)}>
                        Show {one.channels}
                      </Button>
                    )}
                  </td>
                  <td>{shownMoment(one.at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <Text size="xs" c="dimmed" mt="xs">
            Entry points from Bregma at the surface: x to the right, y to the front, z up. The highest provenance is
            believed. Distances between different systems of coordinates say little.
          </Text>
        </div>
      )}
    </Panel>
  )
}
