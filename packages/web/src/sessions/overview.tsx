import type { Reference, SessionOverview } from '@alyx/client'
import { Text } from '@mantine/core'
import { Copy } from '../frame/copy.tsx'
import { Facts, Several } from '../frame/facts.tsx'
import { Panel } from '../frame/panel.tsx'
import { ToRow } from '../frame/to-row.tsx'
import { shownMoment } from '../kinds/index.ts'
import { Checks } from './checks.tsx'
import { Day } from './day.tsx'
import { Narrative } from './narrative.tsx'
import { spanInWords } from './span.ts'

const to = (model: string, one: Reference | null) =>
  one && (
    <ToRow model={model} id={one.id}>
      {one.title || one.id}
    </ToRow>
  )
const all = (model: string, ones: readonly Reference[]) =>
  ones.length > 0 && (
    <Several>
      {ones.map((one) => (
        <ToRow key={one.id} model={model} id={one.id}>
          {one.title}
        </ToRow>
      ))}
    </Several>
  )

/** Who, when and what; what was written about it; how good it is; what else happened that day. */
export function Overview({ session }: { readonly session: SessionOverview }) {
  return (
    <div className="columns">
      <div>
        <Panel title="Session">
          <Facts
            facts={[
              ['Animal', to('subjects.subject', session.subject)],
              ['Lab', to('misc.lab', session.lab)],
              ['Location', to('misc.lablocation', session.location)],
              ['People', all('misc.labmember', session.users)],
              ['Projects', all('subjects.project', session.projects)],
              ['Procedures', all('actions.proceduretype', session.procedures)],
              ['Task protocol', session.task_protocol],
              ['Kind', session.type],
              ['Began', session.start_time && shownMoment(session.start_time)],
              ['Ended', session.end_time && shownMoment(session.end_time)],
              ['Took', spanInWords(session.start_time, session.end_time)],
              ['Number of the day', session.number],
              [
                'Part of',
                session.parent_session && (
                  <ToRow model="actions.session" id={session.parent_session}>
                    another session
                  </ToRow>
                ),
              ],
              ['Last changed', session.last_updated && shownMoment(session.last_updated)],
              [
                'Key',
                <span key="key" className="keyed">
                  <code>{session.id}</code> <Copy text={session.id} what="the key" />
                </span>,
              ],
            ]}
          />
        </Panel>
        <Narrative session={session} />
        <Checks qc={session.qc} document={session.extended_qc} />
        {session.json !== null && (
          <details className="fold card panel">
            <summary>What the rig left in the JSON</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard */}
            <pre tabIndex={0}>{JSON.stringify(session.json, null, 2)}</pre>
          </details>
        )}
      </div>
      <div>
        <Performance session={session} />
        <Water session={session} />
        <Day session={session.id} />
      </div>
    </div>
  )
}

function Performance({ session }: { readonly session: SessionOverview }) {
  const { n_trials, n_correct_trials, percent_correct } = session
  return (
    <Panel title="Performance">
      {n_trials === null ? (
        <Text c="dimmed" size="sm">
          No trials are counted. Rigs report them when a session ends; they can also be typed into the form.
        </Text>
      ) : (
        <>
          <p className="figure">
            {percent_correct === null ? '–' : `${percent_correct.toFixed(1)} %`} <span>correct</span>
          </p>
          {percent_correct !== null && (
            <span className="bar plain" aria-hidden>
              <span style={{ width: `${percent_correct}%` }} />
            </span>
          )}
          <Text size="sm" c="dimmed">
            {n_correct_trials ?? '–'} of {n_trials} trials
          </Text>
        </>
      )}
    </Panel>
  )
}

function Water({ session }: { readonly session: SessionOverview }) {
  const { water, weight_before } = session
  const sum = water.reduce((all, { millilitres }) => all + (millilitres ?? 0), 0)
  return (
    <Panel title="Water and weight">
      {water.length === 0 && weight_before === null && (
        <Text c="dimmed" size="sm">
          No reward is recorded with this session, and no weighing at its start. Rigs record both; by hand, water gets
          its session in its form.
        </Text>
      )}
      {weight_before !== null && (
        <p className="figure">
          {weight_before} g <span>before</span>
        </p>
      )}
      {water.length > 0 && (
        <>
          <p className="figure">
            {Number(sum.toFixed(3))} mL <span>reward</span>
          </p>
          <ul className="plain plain-links">
            {water.map(({ id, at, millilitres, water_type }) => (
              <li key={id}>
                <ToRow model="actions.wateradministration" id={id}>
                  {shownMoment(at).slice(11)}
                </ToRow>{' '}
                {millilitres === null ? 'freely' : `${millilitres} mL`} <span className="soft">{water_type}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}
