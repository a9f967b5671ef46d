import { Text } from '@mantine/core'
import { Panel } from '../frame/panel.tsx'
import { verdictOfLevel } from '../kinds/verdict.ts'
import { VerdictSign } from '../kinds/verdict-sign.tsx'
import { checksOf, PASSES_FROM, percent, WARNS_FROM } from './quality.ts'

/** The verdict on a session, and each check that led to it. */
export function Checks({ qc, document }: { readonly qc: number; readonly document: unknown }) {
  const checks = checksOf(document)
  return (
    <Panel title="Quality" beside={<VerdictSign verdict={verdictOfLevel(qc)} />}>
      {checks.length === 0 ? (
        <Text c="dimmed" size="sm">
          No check has been run. Pipelines write their results here when they have looked at the data; the overall
          verdict can also be set by hand in the form.
        </Text>
      ) : (
        <div className="wide-content">
          <table className="values checks">
            <thead>
              <tr>
                <th scope="col">Check</th>
                <th scope="col">Of</th>
                <th scope="col">Verdict</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {checks.map(({ name, group, value, verdict, fraction }) => (
                <tr key={`${group} ${name}`}>
                  <th scope="row">{name}</th>
                  <td className="soft">{group || 'overall'}</td>
                  <td>
                    <VerdictSign verdict={verdict} />
                  </td>
                  <td>
                    {fraction !== undefined && (
                      <span className={`bar ${verdict}`} aria-hidden>
                        <span style={{ width: `${fraction * 100}%` }} />
                      </span>
                    )}
                    {value}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Text size="xs" c="dimmed" mt="xs">
            Bars are fractions of trials. From {percent(PASSES_FROM)} on they pass, from {percent(WARNS_FROM)} on they
            are a warning, below they fail: the usual limits, single checks may have their own.
          </Text>
        </div>
      )}
      {document !== null && (
        <details className="fold">
          <summary>As JSON</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is walked through with the keyboard */}
          <pre tabIndex={0}>{JSON.stringify(document, null, 2)}</pre>
        </details>
      )}
    </Panel>
  )
}
