import { Button } from '@mantine/core'
import { RowFilter } from '../frame/row-filter.tsx'
import { useAddress } from '../frame/use-address.ts'
import { useMe } from '../server/queries.ts'

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
      <RowFilter label="Lab" model="misc.lab" value={lab} onChange={(key) => change({ lab: key })} />
      <RowFilter
        label="Responsible user"
        model="misc.labmember"
        value={responsible_user}
        onChange={(key) => change({ responsible_user: key })}
      />
    </div>
  )
}
