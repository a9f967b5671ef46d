import type { DatasetDeed, Reference } from '@alyx/client'
import { Checkbox, Group, NativeSelect, Radio, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { Panel } from '../frame/panel.tsx'
import { DEEDS, type Deed } from './address.ts'
import { RowSelect } from './row-select.tsx'

/** What was said so far; a part that another deed is about stays. */
export interface Draft {
  readonly tag: Reference | undefined
  readonly protecting: Reference | undefined
  readonly revision: Reference | undefined
  /** The first edition, which has no revision. */
  readonly original: boolean
  readonly name: string
  readonly description: string
  readonly public: boolean
  readonly protected: boolean
}

export const NOTHING_SAID: Draft = {
  tag: undefined,
  protecting: undefined,
  revision: undefined,
  original: false,
  name: '',
  description: '',
  public: true,
  protected: true,
}

/** What the server is asked for; undefined while something is missing. */
export function deedOf(deed: Deed, draft: Draft): DatasetDeed | undefined {
  switch (deed) {
    case 'add':
      return draft.tag && { add: draft.tag.id }
    case 'remove':
      return draft.tag && { remove: draft.tag.id }
    case 'protect':
      return draft.protecting && { add: draft.protecting.id }
    case 'unprotect':
      return { unprotect: true }
    case 'revision':
      if (draft.original) return { revision: null }
      return draft.revision && { revision: draft.revision.id }
    case 'release': {
      const { name, description, public: open, protected: kept } = draft
      if (name.trim() === '' || !(open || kept)) return undefined
      return { release: { name: name.trim(), description: description.trim(), public: open, protected: kept } }
    }
  }
}

const LONGEST_SHOWN = 60
/** A name as it stands in a sentence; tags have up to 255 characters. */
const shown = (name: string): string => `"${name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name}"`

/** The deed in words. @param what  `560 datasets` */
export function inWords(deed: Deed, draft: Draft, what: string): string {
  const named = (row: Reference | undefined) => shown(row?.title ?? '')
  switch (deed) {
    case 'add':
      return `Give the tag ${named(draft.tag)} to ${what}`
    case 'remove':
      return `Take the tag ${named(draft.tag)} from ${what}`
    case 'protect':
      return `Protect ${what} with the tag ${named(draft.protecting)}`
    case 'unprotect':
      return `Lift the protection of ${what}`
    case 'revision':
      return draft.original
        ? `Make ${what} the original edition`
        : `Give the revision ${named(draft.revision)} to ${what}`
    case 'release':
      return `Release ${what} as ${shown(draft.name.trim())}`
  }
}

const DEEDS_OFFERED = Object.entries(DEEDS).map(([value, label]) => ({ value, label }))

/** Names that can be those of folders, as those of cache tables are. */
const FOLDER = /^\w*$/

interface DeedFormProps {
  readonly deed: Deed
  readonly onDeed: (deed: Deed) => void
  readonly draft: Draft
  readonly onDraft: (part: Partial<Draft>) => void
  /** What the server said of the name of a release. */
  readonly fault: string | undefined
}

/** What is to be done with the datasets. */
export function DeedForm({ deed, onDeed, draft, onDraft, fault }: DeedFormProps) {
  const narrow = useMediaQuery('(max-width: 62em)')
  return (
    <Panel title="What to do">
      <Stack gap="sm">
        {narrow ? (
          <NativeSelect
            aria-label="What to do"
            data={DEEDS_OFFERED}
            value={deed}
            onChange={(event) => onDeed(event.currentTarget.value as Deed)}
          />
        ) : (
          <SegmentedControl
            aria-label="What to do"
            style={{ alignSelf: 'flex-start' }}
            data={DEEDS_OFFERED}
            value={deed}
            onChange={(next) => onDeed(next as Deed)}
          />
        )}
        <div className="deed">
          {(deed === 'add' || deed === 'remove') && (
            <RowSelect
              model="data.tag"
              label="Tag"
              nothing="No tag of that name"
              value={draft.tag}
              onChange={(tag) => onDraft({ tag })}
            />
          )}
          {deed === 'add' && (
            <Text size="sm" className="soft">
              There is none yet?{' '}
              <Link className="row-link" to="/$app/$model/add/" params={{ app: 'data', model: 'tag' }}>
                Make a tag
              </Link>
            </Text>
          )}
          {deed === 'protect' && (
            <RowSelect
              model="data.tag"
              only={{ protected: 'true' }}
              label="Protecting tag"
              description="Datasets with it can be neither deleted nor registered anew."
              nothing="No tag of that name protects"
              value={draft.protecting}
              onChange={(protecting) => onDraft({ protecting })}
            />
          )}
          {deed === 'unprotect' && (
            <Text size="sm">Every tag that protects is taken from the datasets; their other tags stay.</Text>
          )}
          {deed === 'revision' && <RevisionFields draft={draft} onDraft={onDraft} />}
          {deed === 'release' && <ReleaseFields draft={draft} onDraft={onDraft} fault={fault} />}
        </div>
      </Stack>
    </Panel>
  )
}

type PartProps = Pick<DeedFormProps, 'draft' | 'onDraft'>

function RevisionFields({ draft, onDraft }: PartProps) {
  return (
    <>
      <Radio.Group
        label="Edition"
        value={draft.original ? 'original' : 'revision'}
        onChange={(value) => onDraft({ original: value === 'original' })}
      >
        <Group gap="md" mt={4}>
          <Radio value="revision" label="A revision" />
          <Radio value="original" label="The original, without revision" />
        </Group>
      </Radio.Group>
      {!draft.original && (
        <RowSelect
          model="data.revision"
          label="Revision"
          nothing="No revision of that name"
          value={draft.revision}
          onChange={(revision) => onDraft({ revision })}
        />
      )}
      <Text size="sm" className="soft">
        Files are not moved: this is for datasets whose copies lie in the folder of the revision already. Protected
        datasets keep theirs.
      </Text>
    </>
  )
}

function ReleaseFields({ draft, onDraft, fault }: PartProps & Pick<DeedFormProps, 'fault'>) {
  return (
    <>
      <TextInput
        label="Name of the release"
        description="That of a new tag, as in 2026_Q1_IBL_et_al."
        required
        maxLength={255}
        value={draft.name}
        error={fault}
        onChange={(event) => onDraft({ name: event.currentTarget.value })}
      />
      {!FOLDER.test(draft.name.trim()) && (
        <Text size="sm" c="var(--warn)">
          Only names of letters, digits and _ can have cache tables where the server finds them.
        </Text>
      )}
      <Textarea
        label="Description"
        description="What its datasets have in common, with the reference of the paper."
        maxLength={1023}
        autosize
        minRows={2}
        value={draft.description}
        onChange={(event) => onDraft({ description: event.currentTarget.value })}
      />
      <Checkbox
        label="Public: its datasets are open to everybody"
        checked={draft.public}
        onChange={(event) => onDraft({ public: event.currentTarget.checked })}
      />
      <Checkbox
        label="Protected: its datasets cannot be deleted or registered anew"
        checked={draft.protected}
        onChange={(event) => onDraft({ protected: event.currentTarget.checked })}
      />
      {!draft.public && !draft.protected && (
        <Text size="sm" c="var(--warn)" role="alert">
          A release is public, protected, or both.
        </Text>
      )}
    </>
  )
}
