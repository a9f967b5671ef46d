import { completenessByWeek, type WeekOfSessions } from '@alyx/client'
import { Loader, Select, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId } from 'react'
import { RowFilter } from '../frame/row-filter.tsx'
import { useAddress } from '../frame/use-address.ts'
import { inThousands } from '../kinds/amounts.ts'
import { client } from '../server/client.ts'
import './completeness.css'

const SPANS = [
  { value: '13', label: 'a quarter' },
  { value: '26', label: 'half a year' },
  { value: '52', label: 'a year' },
  { value: '156', label: 'three years' },
]
const USUAL_WEEKS = '26'

interface Measure {
  readonly title: string
  /** How far sessions may be, and of how many that can be said. */
  readonly done: (week: WeekOfSessions) => number
  readonly of: (week: WeekOfSessions) => number
  /** What those are that it is said of. */
  readonly whom: string
}
const MEASURES: readonly Measure[] = [
  { title: 'Datasets registered', done: (week) => week.with_datasets, of: (week) => week.sessions, whom: 'sessions' },
  {
    title: 'All tasks complete',
    done: (week) => week.tasks_complete,
    of: (week) => week.with_tasks,
    whom: 'sessions with tasks',
  },
  { title: 'QC set', done: (week) => week.qc_set, of: (week) => week.sessions, whom: 'sessions' },
]

const sumOf = (weeks: readonly WeekOfSessions[], number: (week: WeekOfSessions) => number): number =>
  weeks.reduce((sum, week) => sum + number(week), 0)
/** Never rounded up to a hundred. */
const shareOf = (done: number, all: number): string => (all === 0 ? '–' : `${Math.floor((100 * done) / all)} %`)

/** Of the sessions of each week, how many have their data, their processing and their verdict. */
export function CompletenessView() {
  const [{ weeks = USUAL_WEEKS, lab, project }, change] = useAddress()
  const question = { weeks, lab, project }
  const { data, error } = useQuery({
    queryKey: ['completeness', question],
    queryFn: () => completenessByWeek(client.connection, question),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="completeness">
      <div className="choices">
        <Select
          label="Weeks of"
          allowDeselect={false}
          data={SPANS}
          value={weeks}
          onChange={(next) => change({ weeks: next === USUAL_WEEKS || next === null ? undefined : next })}
        />
        <RowFilter label="Lab" model="misc.lab" value={lab} onChange={(key) => change({ lab: key })} />
        <RowFilter
          label="Project"
          model="subjects.project"
          value={project}
          onChange={(key) => change({ project: key })}
        />
      </div>
      {error && <Text role="alert">{error.message}</Text>}
      {!data && !error && <Loader size="sm" aria-label="Counting" />}
      {data && sumOf(data, ({ sessions }) => sessions) === 0 && (
        <Text className="card nothing">No session began in these weeks; more weeks, or all labs, may show some.</Text>
      )}
      {data && sumOf(data, ({ sessions }) => sessions) > 0 && (
        <>
          <div className="measures">
            {MEASURES.map((measure) => (
              <Bars key={measure.title} measure={measure} weeks={data} />
            ))}
          </div>
          <Text size="sm" c="dimmed">
            A bar is a week: filled as far as it is done, pale where something is missing yet.
          </Text>
          <WeekTable weeks={data} />
        </>
      )}
    </div>
  )
}

/** A bar of a week, in units of the drawing. */
const BAR = { step: 10, width: 7 }
const HEIGHT = 100

/** Pale bars are the sessions of a week, what fills them is done. All drawings of the page have the same scale. */
function Bars({ measure, weeks }: { readonly measure: Measure; readonly weeks: readonly WeekOfSessions[] }) {
  const { title, done, of, whom } = measure
  const id = useId()
  const [sum, all] = [sumOf(weeks, done), sumOf(weeks, of)]
  const most = Math.max(1, ...weeks.map(({ sessions }) => sessions))
  const tall = (count: number) => (count / most) * HEIGHT
  return (
    <figure className="card measure" aria-labelledby={id}>
      <figcaption id={id}>
        <Title order={2}>{title}</Title>
        <b>{shareOf(sum, all)}</b>{' '}
        <span className="soft">
          {inThousands(sum)} of {inThousands(all)} {whom}
        </span>
      </figcaption>
      <div className="drawing">
        <span className="most" aria-hidden>
          {inThousands(most)}
        </span>
        <svg
          viewBox={`0 0 ${weeks.length * BAR.step} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title} by week; the table below has the numbers`}
        >
          {weeks.map((week, at) => (
            <g key={week.week} transform={`translate(${at * BAR.step + (BAR.step - BAR.width) / 2} 0)`}>
              <title>{`Week of ${week.week}: ${done(week)} of ${of(week)}`}</title>
              <rect className="all" width={BAR.width} height={tall(of(week))} y={HEIGHT - tall(of(week))} />
              <rect className="done" width={BAR.width} height={tall(done(week))} y={HEIGHT - tall(done(week))} />
            </g>
          ))}
        </svg>
        <span className="ends soft" aria-hidden>
          <span>{weeks[0]?.week}</span>
          <span>{weeks.at(-1)?.week}</span>
        </span>
      </div>
    </figure>
  )
}

const DAY_MS = 24 * 60 * 60 * 1000
const sundayAfter = (monday: string): string =>
  new Date(Date.parse(`${monday}T00:00:00Z`) + 6 * DAY_MS).toISOString().slice(0, 10)

/** The same numbers, and the ways to what is not done. */
function WeekTable({ weeks }: { readonly weeks: readonly WeekOfSessions[] }) {
  const [{ lab, project }] = useAddress()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys
    <section className="card table" aria-label="Sessions by week" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Week of</th>
            <th scope="col">Sessions</th>
            <th scope="col">With datasets</th>
            <th scope="col">All tasks complete</th>
            <th scope="col">QC set</th>
          </tr>
        </thead>
        <tbody>
          {weeks
            .filter(({ sessions }) => sessions > 0)
            .toReversed()
            .map(({ week, sessions, with_datasets, with_tasks, tasks_complete, qc_set }) => {
              const those = {
                start_time__date__gte: week,
                start_time__date__lte: sundayAfter(week),
                ...(lab && { lab }),
                ...(project && { projects: project }),
              }
              return (
                <tr key={week}>
                  <th scope="row">{week}</th>
                  <td>
                    <Sessions filters={those}>{inThousands(sessions)}</Sessions>
                  </td>
                  <td>
                    {inThousands(with_datasets)}
                    {with_datasets < sessions && (
                      <Sessions
                        className="lacking"
                        filters={{ ...those, data_dataset_session_related__isnull: 'true' }}
                      >
                        {inThousands(sessions - with_datasets)} without
                      </Sessions>
                    )}
                  </td>
                  <td>
                    {with_tasks === 0 ? (
                      <span className="soft">no tasks</span>
                    ) : (
                      `${inThousands(tasks_complete)} of ${inThousands(with_tasks)}`
                    )}
                  </td>
                  <td>
                    {inThousands(qc_set)}
                    {qc_set < sessions && (
                      <Sessions className="lacking" filters={{ ...those, qc: '0' }}>
                        {inThousands(sessions - qc_set)} without
                      </Sessions>
                    )}
                  </td>
                </tr>
              )
            })}
        </tbody>
      </table>
    </section>
  )
}

function Sessions({
  filters,
  className,
  children,
}: {
  readonly className?: string
  readonly filters: Readonly<Record<string, string>>
  readonly children: string | readonly string[]
}) {
  return (
    <Link className={className} to="/$app/$model/" params={{ app: 'actions', model: 'session' }} search={filters}>
      {children}
    </Link>
  )
}
