import type { FieldFacts, ModelDescription, Row } from '@alyx/client'
import { ActionIcon, Anchor, Input, Modal, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ComponentType, createContext, Suspense, useContext } from 'react'
import { asText, partsOf, RowOfFormContext } from '../kinds/index.ts'
import { useModels } from '../server/queries.ts'
import { Markdown } from '../writing/markdown.tsx'
import { type Draft, mayWrite, sectionsOf } from './draft.ts'

/** What makes a new row of another model beside a form; a form that has none offers no such thing. */
export const AddDialogContext = createContext<
  ComponentType<{ readonly model: string; readonly onMade: (row: Row) => void }> | undefined
>(undefined)

interface FieldsProps {
  readonly description: ModelDescription
  readonly row: Row | undefined
  readonly draft: Draft
  readonly faults: Readonly<Record<string, string>>
  readonly onChange: (name: string, value: unknown) => void
}

/** The inputs of a form, section by section. What may not be written is text. */
export function Fields({ description, row, draft, faults, onChange }: FieldsProps) {
  // A new row has nothing to show where nothing may be written.
  const sections = sectionsOf(description)
    .map(({ title, fields }) => ({ title, fields: row ? fields : fields.filter((facts) => mayWrite(facts, row)) }))
    .filter(({ fields }) => fields.length > 0)
  const first = sections[0]?.fields.find((facts) => mayWrite(facts, row))?.name
  const inForm = (name: string) => (name in draft ? draft[name] : row?.[name])
  return (
    <RowOfFormContext value={{ model: description.key, key: row?.id, valueOf: inForm }}>
      {sections.map(({ title, fields }) => (
        <fieldset key={title} className="card section">
          <legend>{title}</legend>
          <div className="fields">
            {fields.map((facts) => {
              const { Input: FieldInput, wide } = partsOf(facts)
              const value = inForm(facts.name)
              const writes = mayWrite(facts, row)
              return (
                <div key={facts.name} className={wide ? 'field wide' : 'field'}>
                  {writes ? (
                    <>
                      <FieldInput
                        facts={facts}
                        value={value}
                        error={faults[facts.name]}
                        onChange={(next) => onChange(facts.name, next)}
                        autoFocus={!row && facts.name === first}
                      />
                      {facts.to && (
                        <Related facts={facts} value={value} onChange={(next) => onChange(facts.name, next)} />
                      )}
                    </>
                  ) : (
                    <ReadOnly facts={facts} value={value} />
                  )}
                </div>
              )
            })}
          </div>
        </fieldset>
      ))}
    </RowOfFormContext>
  )
}

function ReadOnly({ facts, value }: { readonly facts: FieldFacts; readonly value: unknown }) {
  const content = partsOf(facts).cell(value, facts)
  return (
    <div className="said">
      <span className="label">{facts.label}</span>
      <div className="value">
        {asText(content) === '' ? (
          <span className="soft">–</span>
        ) : facts.kind === 'reference' && facts.to ? (
          <RowLink model={facts.to} value={value} />
        ) : facts.markdown ? (
          <Markdown text={asText(value)} />
        ) : (
          content
        )}
      </div>
      <Input.Description>{facts.help}</Input.Description>
    </div>
  )
}

const isReference = (value: unknown): value is { id: string; title: string } =>
  typeof value === 'object' && value !== null && 'id' in value

function RowLink({ model, value }: { readonly model: string; readonly value: unknown }) {
  const [app = '', name = ''] = model.split('.')
  if (!isReference(value)) return null
  return (
    <Anchor
      size="sm"
      renderRoot={(root: object) => (
        <Link {...root} to="/$app/$model/$key/change/" params={{ app, model: name, key: value.id }} />
      )}
    >
      {value.title || value.id}
    </Anchor>
  )
}

/** Ways to the row that a reference names, and to a new one, without leaving the form. */
function Related({
  facts,
  value,
  onChange,
}: {
  readonly facts: FieldFacts
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}) {
  const [open, dialog] = useDisclosure()
  const AddDialog = useContext(AddDialogContext)
  const model = useModels().find(({ key }) => key === facts.to)
  if (!model) return null
  return (
    <div className="related">
      {facts.kind === 'reference' && isReference(value) && (
        <RowLink model={model.key} value={{ ...value, title: 'Open' }} />
      )}
      {AddDialog && model.rights.create !== 'none' && (
        <Tooltip label={`New ${model.label}`}>
          <ActionIcon variant="subtle" size="sm" aria-label={`New ${model.label}`} onClick={dialog.open}>
            <IconPlus size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Modal opened={open} onClose={dialog.close} title={`New ${model.label}`} size="lg">
        {open && AddDialog && (
          <Suspense fallback={null}>
            <AddDialog
              model={model.key}
              onMade={(made) => {
                dialog.close()
                const one = { id: made.id, title: asText(made.$title) || made.id }
                onChange(facts.many ? [...(Array.isArray(value) ? value : []), one] : one)
              }}
            />
          </Suspense>
        )}
      </Modal>
    </div>
  )
}
