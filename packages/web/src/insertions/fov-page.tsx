import { type FieldOfViewOverview, fieldOfViewOverview } from '@alyx/client'
import { Badge, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Notes } from '../form/notes.tsx'
import { Copy } from '../frame/copy.tsx'
import { Facts, Several } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { client } from '../server/client.ts'
import { useLive } from '../server/live.ts'
import { AnatomyHead } from './anatomy-head.tsx'
import './insertions.css'
import { RecordedDatasets } from './recorded-datasets.tsx'
import { TopView } from './top-view.tsx'

const FOV = 'experiments.fov'
const PROVENANCES: Readonly<Record<string, string>> = {
  E: 'Estimate',
  F: 'Functional',
  L: 'Landmark',
  H: 'Histology',
}

/** What was imaged, and where in the brain that was by each way of finding out. */
export function FieldOfViewPage({ rowKey }: { readonly rowKey: string }) {
  const { data: field } = useSuspenseQuery({
    queryKey: ['row', FOV, rowKey, 'overview'],
    queryFn: () => fieldOfViewOverview(client.connection, rowKey),
  })
  useLive(FOV)
  const { locations } = field
  return (
    <div className="page">
      <AnatomyHead
        title={field.name}
        model="fov"
        rowKey={rowKey}
        words="field of view"
        session={field.session}
        subject={field.subject}
      />
      <Panel title="Imaging">
        <Facts
          facts={[
            ['Technique', field.imaging_type],
            [
              'Stack',
              field.stack && (
                <ToRow model="experiments.imagingstack" id={field.stack.id}>
                  {field.stack.title || 'stack'}
                </ToRow>
              ),
            ],
            [
              'Other slices of the stack',
              field.slices.length > 0 && (
                <Several>
                  {field.slices.map(({ id, title }) => (
                    <ToRow key={id} model={FOV} id={id}>
                      {title}
                    </ToRow>
                  ))}
                </Several>
              ),
            ],
            [
              'Key',
              <span key="key" className="keyed">
                <code>{rowKey}</code> <Copy text={rowKey} what="the key" />
              </span>,
            ],
          ]}
        />
      </Panel>
      <Panel title="Places in the brain">
        {locations.length === 0 ? (
          <Text c="dimmed" size="sm">
            Nobody has said where it lies. Pipelines register an estimate from the coordinates of the microscope, and
            better places from functional maps, landmarks or histology; a place can also be added in the list of
            locations.
          </Text>
        ) : (
          <div className="probe-part">
            <TopView
              places={locations.map(({ provenance, x, y, default: believed }) => ({
                name: PROVENANCES[provenance] ?? provenance,
                x,
                y,
                believed,
              }))}
            />
            <div className="locations">
              {locations.map((location) => (
                <Location key={location.id} location={location} />
              ))}
            </div>
          </div>
        )}
      </Panel>
      <RecordedDatasets by="field_of_view" rowKey={rowKey} count={field.datasets} />
      <Panel title="Notes">
        <Notes about="experiments.fov" rowKey={rowKey} words="this field of view" />
      </Panel>
    </div>
  )
}

function Location({ location }: { readonly location: FieldOfViewOverview['locations'][number] }) {
  const { id, provenance, default: believed, coordinate_system, at, x, y, z, n_xyz, regions } = location
  return (
    <section className="location plain-links" aria-label={PROVENANCES[provenance] ?? provenance}>
      <h3>
        <ToRow model="experiments.fovlocation" id={id}>
          {PROVENANCES[provenance] ?? provenance}
        </ToRow>{' '}
        {believed && (
          <Badge size="sm" variant="light" tt="none">
            believed
          </Badge>
        )}
      </h3>
      <p>
        {regions.length === 0 && <span className="soft">Regions are not known.</span>}
        <Several>
          {regions.map((region) => (
            <span key={region.id}>
              <svg className="swatch" viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" rx="2" fill={region.colour ?? 'var(--line)'} />
              </svg>
              <Link to="/regions/" search={{ region: String(region.id) }} title={region.name}>
                {region.acronym}
              </Link>
            </span>
          ))}
        </Several>
      </p>
      <p className="soft">
        {coordinate_system ?? 'coordinates not said'}
        {n_xyz.length > 0 && ` · ${n_xyz.join(' × ')} pixels`} · changed {shownMoment(at)}
      </p>
      {x.length > 0 && (
        <table className="values">
          <thead>
            <tr>
              <th scope="col">Corner</th>
              {['x', 'y', 'z'].map((axis) => (
                <th key={axis} scope="col" className="number">
                  {axis} (µm)
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {x.map((along, corner) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its number
              <tr key={corner}>
                <td>{corner + 1}</td>
                <td className="number">{along}</td>
                <td className="number">{y[corner] ?? '–'}</td>
                <td className="number">{z[corner] ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
