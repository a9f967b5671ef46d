import { type ModelRights, type RightsVerb, rightsInWords } from '@alyx/client'
import { Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Panel } from '../frame/panel.tsx'
import { useAddress } from '../frame/use-address.ts'
import { client } from '../server/client.ts'
import { Answer, WideTable } from './answer.tsx'

const VERBS: readonly RightsVerb[] = ['view', 'create', 'change', 'delete']

/** What people of a role may do with a model in one way: each rule in words. */
const wordsFor = ({ rules }: ModelRights, verb: RightsVerb, role: string): readonly string[] => [
  ...new Set(
    rules.filter((rule) => rule.verb === verb && rule.people.includes(role)).map(({ limits }) => limits || 'all'),
  ),
]

/** Who may do what: a row for each model, a column for each role. */
export function RightsView() {
  const rights = useQuery({
    queryKey: ['administration', 'rights'],
    queryFn: () => rightsInWords(client.connection),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [{ q = '' }, change] = useAddress()
  return (
    <Panel title="Who may do what">
      <TextInput
        aria-label="Filter models"
        placeholder="A model, or a word of its rules"
        maw={360}
        mb={8}
        value={q}
        onChange={(event) => change({ q: event.currentTarget.value })}
      />
      <Answer of={rights}>{(all) => <Matrix all={all} asked={q} />}</Answer>
      <Text size="xs" c="dimmed" mt={8}>
        The rules themselves, as the native API and these pages keep them, not who in particular may do it. An account
        may have several roles; what one of them may do, it may do.
      </Text>
    </Panel>
  )
}

function Matrix({ all, asked }: { readonly all: readonly ModelRights[]; readonly asked: string }) {
  const roles = [...new Set(all.flatMap(({ rules }) => rules.flatMap(({ people }) => people)))]
  const words = asked.trim().toLowerCase()
  const shown = all.filter(
    ({ model, label, verbs }) =>
      words === '' || `${model} ${label} ${Object.values(verbs).flat().join(' ')}`.toLowerCase().includes(words),
  )
  if (shown.length === 0) return <Text size="sm">No model has that word. Empty the filter to see all.</Text>
  return (
    <WideTable label="Rights by model and role">
      <thead>
        <tr>
          <th>Model</th>
          {roles.map((role) => (
            <th key={role} className="role">
              {role}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.model}>
            <th scope="row">{one.label}</th>
            {roles.map((role) => (
              <td key={role} className="words">
                {VERBS.flatMap((verb) => {
                  const rules = wordsFor(one, verb, role)
                  return rules.length === 0
                    ? []
                    : [
                        <div key={verb}>
                          <strong>{verb}</strong> {rules.join('; or ')}
                        </div>,
                      ]
                })}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </WideTable>
  )
}
