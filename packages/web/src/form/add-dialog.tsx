import type { Row } from '@alyx/client'
import { Alert, Button } from '@mantine/core'
import { useDescription } from '../server/queries.ts'
import { Fields } from './fields.tsx'
import { useForm } from './use-form.ts'

/** A new row of another model, made beside the form that needs it. */
export default function AddDialog({ model, onMade }: { readonly model: string; readonly onMade: (row: Row) => void }) {
  const description = useDescription(model)
  const { draft, faults, problem, set, save, saving } = useForm(description, undefined)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        // The dialog lies inside another form of the page's tree.
        event.stopPropagation()
        void save().then((row) => row && onMade(row))
      }}
    >
      {problem && (
        <Alert color="red" title={problem.message} mb="sm">
          {null}
        </Alert>
      )}
      <Fields description={description} row={undefined} draft={draft} faults={faults} onChange={set} />
      <Button type="submit" mt="md" loading={saving}>
        Save
      </Button>
    </form>
  )
}
