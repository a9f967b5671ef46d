import type { Animal } from '@alyx/client'
import { Text, Title } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ChartContent } from '../charts/content.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { useAddress } from '../frame/use-address.ts'
import { shownMoment } from '../kinds/moments.tsx'
import { millilitres, perCent } from '../water/status.tsx'
import { performanceQuery } from './queries.ts'
import { RowLink } from './row-link.tsx'

const CURVE_PIXELS = 220
const TRIALS_PIXELS = 130

/** How an animal did from session to session. */
export default function SessionsTab({ animal }: { readonly animal: Animal }) {
  const { data: sessions } = useSuspenseQuery(performanceQuery(animal.id))
  const [{ range, from, to }, change] = useAddress()
  const shown = useMemo(() => ({ range, from, to }), [range, from, to])
  const content = useMemo(
    (): ChartContent => ({
      title: `Performance of ${animal.nickname}`,
      file: `${animal.nickname} performance`,
      timeLabel: 'Session',
      times: sessions.map(({ start_time }) => Date.parse(`${start_time.slice(0, 19)}Z`) / 1000),
      nameOf: (at) => shownMoment(sessions[at]?.start_time),
      panels: [
        {
          title: 'Correct trials',
          unit: '%',
          height: CURVE_PIXELS,
          fromZero: true,
          most: 100,
          quantities: [
            {
              key: 'correct',
              label: 'Correct',
              unit: '%',
              digits: 0,
              values: sessions.map(({ percent_correct }) => percent_correct),
              colour: 'good',
              drawn: 'line',
            },
          ],
        },
        {
          title: 'Trials',
          unit: '',
          height: TRIALS_PIXELS,
          fromZero: true,
          quantities: [
            {
              key: 'trials',
              label: 'Trials',
              unit: '',
              digits: 0,
              values: sessions.map(({ trials }) => trials),
              colour: 'reward',
              drawn: 'bars',
            },
          ],
        },
      ],
    }),
    [animal.nickname, sessions],
  )
  if (sessions.length === 0)
    return (
      <div className="card empty">
        <Title order={2}>No session yet</Title>
        <Text c="dimmed" mt={6}>
          The rig registers sessions; the curve begins with the first one that has trials.
        </Text>
      </div>
    )
  return (
    <>
      <TimeChart
        content={content}
        shown={shown}
        onShown={(next) => change({ range: next.range, from: next.from, to: next.to })}
      />
      <section className="card part" aria-label="Sessions">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the arrow keys */}
        <section className="wide" aria-label="Table of sessions" tabIndex={0}>
          <table className="value-table">
            <thead>
              <tr>
                <th scope="col">Session</th>
                <th scope="col">Number</th>
                <th scope="col">Trials</th>
                <th scope="col">Correct</th>
                <th scope="col">Per cent</th>
                <th scope="col">Reward (mL)</th>
                <th scope="col">Protocol</th>
              </tr>
            </thead>
            <tbody>
              {sessions.toReversed().map((one) => (
                <tr key={one.id}>
                  <td>
                    <RowLink model="actions.session" row={{ id: one.id, title: shownMoment(one.start_time) }} />
                  </td>
                  <td>{one.number ?? '–'}</td>
                  <td>{one.trials ?? '–'}</td>
                  <td>{one.correct ?? '–'}</td>
                  <td>{perCent(one.percent_correct)}</td>
                  <td>{millilitres(one.reward)}</td>
                  <td>{one.task_protocol || '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </section>
    </>
  )
}
