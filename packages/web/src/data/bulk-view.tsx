import { changeDatasets, type DatasetChoice, type DatasetEffect, Problem, takeBackDatasets } from '@alyx/client'
import { Alert, Button, Group, Loader, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { Panel } from '../frame/panel.tsx'
import { client } from '../server/client.ts'
import { queryClient, titleQuery } from '../server/queries.ts'
import { DEEDS, type Deed, questionIn } from './address.ts'
import { Choice } from './choice.tsx'
import { DeedForm, type Draft, deedOf, inWords, NOTHING_SAID } from './deed-form.tsx'
import { datasets, leftIn, Preview } from './preview.tsx'
import { BULK, forgetDatasets } from './queries.ts'

const route = getRouteApi('/signed-in/files')

const isDeed = (word: string | undefined): word is Deed => word !== undefined && word in DEEDS

/** What was done, until something else is. */
interface Done {
  readonly words: string
  readonly effect: DatasetEffect
}

/** Tags, protection, revisions and releases of many datasets: chosen, tried, confirmed, and taken back. */
export function BulkView() {
  const address = route.useSearch()
  const navigate = route.useNavigate()
  const { datasets: selected, deed: word, tag: tagKey } = address
  const deed: Deed = isDeed(word) ? word : 'add'
  const choice = useMemo<DatasetChoice>(
    () => (selected ? { datasets: selected.split(',') } : { filter: questionIn(address) }),
    [selected, address],
  )
  const [said, setSaid] = useState(NOTHING_SAID)
  const titled = useQuery({ ...titleQuery('data.tag', tagKey ?? ''), enabled: tagKey !== undefined })
  const tag = said.tag ?? (tagKey && titled.data ? { id: tagKey, title: titled.data } : undefined)
  const draft: Draft = { ...said, tag }
  const [done, setDone] = useState<Done>()
  const asked = deedOf(deed, draft)
  const count = useQuery({
    queryKey: [BULK, 'count', choice],
    queryFn: async ({ signal }) =>
      'datasets' in choice
        ? choice.datasets.length
        : (await client.list('data.dataset', { ...choice.filter, count: 'true', limit: '1', fields: 'name' }, signal))
            .count,
    placeholderData: keepPreviousData,
  })
  const trial = useQuery({
    queryKey: [BULK, choice, asked],
    queryFn: () => changeDatasets(client.connection, choice, asked!, { dry_run: true }),
    enabled: asked !== undefined,
    retry: false,
  })
  const faults = trial.error instanceof Problem ? trial.error.fields : {}
  const nameFault = deed === 'release' ? faults.name?.join(' ') : undefined
  return (
    <div className="steps">
      <Choice
        choice={choice}
        count={count.data}
        onFilter={(question) =>
          void navigate({ search: { ...question, view: 'bulk', ...(word && { deed: word }) }, replace: true })
        }
      />
      <DeedForm
        deed={deed}
        onDeed={(next) => void navigate({ search: (before) => ({ ...before, deed: next }), replace: true })}
        draft={draft}
        onDraft={(part) => setSaid((before) => ({ ...before, ...part }))}
        fault={nameFault}
      />
      {done && <DoneNote key={done.effect.deed} done={done} onClose={() => setDone(undefined)} />}
      {asked && (
        <Panel title="What would happen" beside={trial.isFetching && <Loader size="xs" aria-label="Counting" />}>
          {(count.error ?? trial.error) && !nameFault && (
            <Alert color="red" title="This cannot be done" role="alert">
              {(count.error ?? trial.error)?.message}
            </Alert>
          )}
          {nameFault && <Text size="sm">Give the release another name to see what it would hold.</Text>}
          {trial.data && !trial.error && (
            <>
              <Preview effect={trial.data} />
              <Act
                choice={choice}
                deed={deed}
                draft={draft}
                effect={trial.data}
                stale={trial.isFetching}
                onDone={(words, effect) => {
                  setDone({ words, effect })
                  if (deed === 'release') setSaid((before) => ({ ...before, name: '', description: '' }))
                  forgetDatasets()
                }}
              />
            </>
          )}
        </Panel>
      )}
    </div>
  )
}

interface ActProps {
  readonly choice: DatasetChoice
  readonly deed: Deed
  readonly draft: Draft
  readonly effect: DatasetEffect
  /** The numbers are being read again. */
  readonly stale: boolean
  readonly onDone: (words: string, effect: DatasetEffect) => void
}

/** The button, and the question whether it is meant. */
function Act({ choice, deed, draft, effect, stale, onDone }: ActProps) {
  const [asking, { open, close }] = useDisclosure()
  const left = leftIn(effect)
  const words = inWords(deed, draft, datasets(effect.changed))
  const act = useMutation({
    mutationFn: () =>
      changeDatasets(client.connection, choice, deedOf(deed, draft)!, {
        expected: effect.datasets,
        ...(left > 0 && { partial: true }),
      }),
    onSuccess(written) {
      close()
      onDone(words, written)
    },
    // Others may have changed what was counted: it is counted anew behind the refusal.
    onError: () => void queryClient.invalidateQueries({ queryKey: [BULK] }),
  })
  if (effect.changed === 0)
    return <Text mt="sm">{left > 0 ? 'None of them can be changed.' : 'Nothing would change.'}</Text>
  return (
    <>
      <Button
        mt="sm"
        disabled={stale}
        {...(deed === 'unprotect' && { color: 'red.9' })}
        onClick={() => {
          act.reset()
          open()
        }}
        classNames={{ root: 'long-button', label: 'long-label' }}
      >
        {words}…
      </Button>
      <Modal opened={asking} onClose={close} title={`${words}?`} classNames={{ title: 'long-title' }} size="lg">
        <Preview effect={effect} />
        {deed === 'unprotect' && (
          <Text size="sm" mt="sm">
            Afterwards they can be deleted and registered anew, by whoever may do that.
          </Text>
        )}
        <Text size="sm" c="dimmed" mt="sm">
          All of it is written together, with your name in the history, and can be taken back as long as nobody changes
          any of it.
        </Text>
        {act.error && (
          <Alert color="red" title="Nothing was changed" role="alert" mt="sm">
            {act.error.message}
          </Alert>
        )}
        <Group mt="md">
          <Button
            {...(deed === 'unprotect' && { color: 'red.9' })}
            loading={act.isPending}
            onClick={() => act.mutate()}
          >
            Do it
          </Button>
          <Button variant="default" onClick={close}>
            Not yet
          </Button>
        </Group>
      </Modal>
    </>
  )
}

/** What was done, with the way back. */
function DoneNote({ done, onClose }: { readonly done: Done; readonly onClose: () => void }) {
  const undo = useMutation({
    mutationFn: (deed: string) => takeBackDatasets(client.connection, deed),
    onSuccess: forgetDatasets,
  })
  const { deed, release } = done.effect
  if (undo.isSuccess)
    return (
      <Alert color="gray" title="Taken back" role="status" withCloseButton closeButtonLabel="Close" onClose={onClose}>
        Everything is as it was before: {done.words}.
      </Alert>
    )
  return (
    <Alert color="green" title="Done" role="status" withCloseButton closeButtonLabel="Close" onClose={onClose}>
      <Text size="sm" className="long-title">
        {done.words}.
      </Text>
      {undo.error && (
        <Text size="sm" c="var(--bad)" role="alert" mt={4}>
          {undo.error.message}
        </Text>
      )}
      <Group mt="xs" gap="sm">
        {deed && (
          <Button size="compact-sm" variant="default" loading={undo.isPending} onClick={() => undo.mutate(deed)}>
            Take it back
          </Button>
        )}
        {release && (
          <Link className="row-link" to="/files/" search={{ view: 'releases' }}>
            All releases
          </Link>
        )}
      </Group>
    </Alert>
  )
}
