import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useAddress } from '../frame/use-address.ts'
import { choicesQuery, useMe } from '../server/queries.ts'

/** Whose animals a page shows: mine, those of a lab, those of somebody. In its address. */
export function WhoseFilter() {
  const me = useMe()
  const [{ lab, responsible_user }, change] = useAddress()
  const mine = responsible_user === me.id
  return (
    <div className="filters">
      <Button
        variant={mine ? 'light' : 'default'}
        aria-pressed={mine}
        onClick={() => change({ responsible_user: mine ? undefined : me.id })}
      >
        Mine
      </Button>
      <Choice label="Lab" model="misc.lab" value={lab} onChange={(key) => change({ lab: key })} />
      <Choice
        label="Responsible user"
        model="misc.labmember"
        value={responsible_user}
        onChange={(key) => change({ responsible_user: key })}
      />
    </div>
  )
}

function Choice({
  label,
  model,
  value,
  onChange,
}: {
  readonly label: string
  readonly model: string
  readonly value: string | undefined
  readonly onChange: (key: string | undefined) => void
}) {
  const { data = [] } = useQuery(choicesQuery(model, { limit: '50' }))
  return (
    <Select
      label={label}
      placeholder="All"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `All: ${label}` }}
      data={data.map(({ id, title }) => ({ value: id, label: title }))}
      value={value ?? null}
      onChange={(key) => onChange(key ?? undefined)}
    />
  )
}
