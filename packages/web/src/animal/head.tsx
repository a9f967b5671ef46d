import type { Animal } from '@alyx/client'
import { Badge, Button, Group, Menu, Title } from '@mantine/core'
import { IconChevronDown, IconDropletPlus, IconScale } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../server/queries.ts'
import { EntryDialog } from '../water/entry-dialog.tsx'
import { RestrictionDialog } from '../water/restriction-dialog.tsx'
import { grams, millilitres, perCent, remainingWords, WaterStatus } from '../water/status.tsx'
import { ageWords, useLabels } from './labels.ts'
import { forgetAnimal } from './queries.ts'
import { ListLink, RowLink } from './row-link.tsx'

type Dialog = 'weighing' | 'water' | 'start' | 'end'
const SUBJECT = { app: 'subjects', model: 'subject' } as const

/** Who it is, how it is, and what can be done with it. */
export function AnimalHead({ animal }: { readonly animal: Animal }) {
  const me = useMe()
  const [dialog, setDialog] = useState<Dialog>()
  const sexOf = useLabels('subjects.subject', 'sex')
  const { id, nickname, water, death_date, line, lab, responsible_user } = animal
  const alive = death_date === null
  const writes = alive && !me.is_public_user
  const restricted = animal.restrictions.some(({ end_time }) => end_time === null)
  const subject = { id, title: nickname }
  const close = () => setDialog(undefined)
  const forget = () => forgetAnimal(id)
  const identity = [
    sexOf(animal.sex).toLowerCase(),
    ageWords(animal.age_days),
    animal.ear_mark && `ear ${animal.ear_mark}`,
  ]
  return (
    <header className="animal-head">
      <div className="page-head">
        <div>
          <Title order={1}>
            {nickname}{' '}
            {!alive && (
              <Badge color="gray" variant="light" radius="sm">
                died {death_date}
              </Badge>
            )}
            {alive && animal.to_be_culled && (
              <Badge color="red.9" variant="light" radius="sm">
                to be culled
              </Badge>
            )}
            {alive && animal.to_be_genotyped && (
              <Badge color="lagoon" variant="light" radius="sm">
                to be genotyped
              </Badge>
            )}
          </Title>
          <p className="identity">
            <span>{identity.filter(Boolean).join(' · ')}</span>
            <span>
              line <RowLink model="subjects.line" row={line} />
            </span>
            <span>
              of{' '}
              {responsible_user ? (
                <ListLink model="subjects.subject" filters={{ responsible_user: responsible_user.id }}>
                  {responsible_user.title}
                </ListLink>
              ) : (
                'nobody'
              )}
            </span>
            <span>
              in <RowLink model="misc.lab" row={lab} />
            </span>
          </p>
        </div>
        <Group gap="xs" className="actions">
          {writes && (
            <>
              <Button leftSection={<IconScale size={16} aria-hidden />} onClick={() => setDialog('weighing')}>
                Weigh
              </Button>
              <Button
                variant="light"
                leftSection={<IconDropletPlus size={16} aria-hidden />}
                onClick={() => setDialog('water')}
              >
                Give water
              </Button>
            </>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
                More
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                renderRoot={(root: object) => (
                  <Link
                    {...root}
                    to="/$app/$model/$key/change/"
                    params={{ ...SUBJECT, key: id }}
                    search={{ view: 'form' }}
                  />
                )}
              >
                Edit the form
              </Menu.Item>
              <Menu.Item
                renderRoot={(root: object) => (
                  <Link {...root} to="/$app/$model/$key/history/" params={{ ...SUBJECT, key: id }} />
                )}
              >
                History of changes
              </Menu.Item>
              {writes && (
                <>
                  <Menu.Item onClick={() => setDialog(restricted ? 'end' : 'start')}>
                    {restricted ? 'End water restriction…' : 'Start water restriction…'}
                  </Menu.Item>
                  <Menu.Item component="a" href={`/admin/colony/cull/?subjects=${id}`}>
                    Cull…
                  </Menu.Item>
                </>
              )}
            </Menu.Dropdown>
          </Menu>
        </Group>
      </div>
      {alive && water && (
        <dl className="water-now card">
          <div>
            <dt>Water</dt>
            <dd>
              <WaterStatus water={water} />
            </dd>
          </div>
          <div>
            <dt>{water.weight_today === null ? 'Last weight' : 'Weight today'}</dt>
            <dd>
              {grams(water.weight_today ?? water.last_weight?.weight)}
              {water.weight_today === null && water.last_weight && (
                <small> on {water.last_weight.at.slice(0, 10)}</small>
              )}
            </dd>
          </div>
          <div>
            <dt>Of expected</dt>
            <dd>
              {perCent(water.percentage)} <small>of {grams(water.expected_weight)}</small>
            </dd>
          </div>
          {restricted && (
            <>
              <div>
                <dt>Given today</dt>
                <dd>
                  {millilitres(water.given_water)} <small>of {millilitres(water.required_water)}</small>
                </dd>
              </div>
              <div>
                <dt>Remaining</dt>
                <dd>{remainingWords(water.remaining_water)}</dd>
              </div>
            </>
          )}
        </dl>
      )}
      {(dialog === 'weighing' || dialog === 'water') && (
        <EntryDialog kind={dialog} subject={subject} water={water} onClose={close} onRecorded={forget} />
      )}
      {(dialog === 'start' || dialog === 'end') && (
        <RestrictionDialog act={dialog} subjects={[subject]} onClose={close} onDone={forget} />
      )}
    </header>
  )
}
