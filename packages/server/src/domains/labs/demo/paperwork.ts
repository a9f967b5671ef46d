import {
  DataNotice,
  Download,
  LabMember,
  Note,
  Notification,
  NotificationRule,
  Session,
  Subject,
  SubjectRequest,
} from '@alyx/models'
import { addDays, at, clock, later } from './calendar.ts'
import type { Animal, Colony } from './colony.ts'
import type { DemoDataset } from './datasets.ts'
import type { Experiment } from './experiments.ts'
import type { People } from './people.ts'
import type { DemoSession } from './sessions.ts'
import type { Stage } from './stage.ts'

const [INSIGNIFICANT, MINOR, CRITICAL] = [20, 30, 50]

interface History {
  readonly people: People
  readonly colony: Colony
  readonly experiments: readonly Experiment[]
  readonly sessions: readonly DemoSession[]
  readonly datasets: readonly DemoDataset[]
}

/** Notes, notices, downloads, requests and notifications. */
export function addPaperwork(stage: Stage, history: History): void {
  addNotes(stage, history)
  addNotices(stage, history)
  addDownloads(stage, history)
  addRequests(stage, history)
  addNotifications(stage, history)
}

function addNotes(stage: Stage, { experiments, sessions }: History): void {
  const texts = ['Coat shiny, eyes bright.', 'Bite mark on the tail, watched.', 'Runs in the wheel at night.']
  for (const [nth, { animal, user, restrictionStart }] of experiments.entries()) {
    if (nth % 3 !== 0) continue
    stage.rows.add(Note, {
      user_id: user,
      date_time: at(addDays(restrictionStart, 1), animal.line.lab.opens + 20),
      text: texts[(nth / 3) % texts.length] as string,
      content_type_id: stage.catalogue.contentType(Subject),
      object_id: animal.id,
    })
  }
  for (const session of sessions.filter(({ kind }) => kind !== 'training')) {
    stage.rows.add(Note, {
      user_id: session.experiment.user,
      date_time: later(session.end, 5),
      text:
        session.kind === 'ephys'
          ? 'Probe 1 moved by 40 µm in the first minutes; stable afterwards.'
          : 'Laser at 32 mW at the sample.',
      content_type_id: stage.catalogue.contentType(Session),
      object_id: session.id,
    })
  }
}

function addNotices(stage: Stage, { people, datasets }: History): void {
  const add = (daysAgo: number, values: object, affected: readonly DemoDataset[]) => {
    const id = stage.rows.add(DataNotice, {
      created_by_id: people.users['noah.keller'],
      created_datetime: at(addDays(stage.today, -daysAgo), clock('14:20')),
      ...values,
    })
    stage.rows.link(
      DataNotice,
      'datasets',
      id,
      affected.map((one) => one.id),
    )
  }
  const named = (name: string) => datasets.filter((one) => one.name === name && one.session)
  add(
    3,
    {
      name: 'Wheel positions are inverted on one rig',
      description:
        'Positions of `almada_behavior_rig_2` have the **wrong sign** until the encoder was turned. Multiply by -1.',
      importance: CRITICAL,
      version_affected: '<8.24.1',
      affected_date_start: addDays(stage.today, -12),
      affected_date_end: addDays(stage.today, -4),
    },
    named('_ibl_wheel.position.npy').slice(-12),
  )
  add(
    40,
    {
      name: 'Camera times drift',
      description: 'Frame times may be late by up to 4 ms at the end of a session.',
      importance: MINOR,
      affected_date_start: addDays(stage.today, -220),
      affected_date_end: addDays(stage.today, -160),
    },
    named('_ibl_leftCamera.times.npy').slice(0, 5),
  )
  add(
    120,
    {
      name: 'New column in trials tables',
      description: 'Tables now have a column `quiescence`.',
      importance: INSIGNIFICANT,
    },
    [],
  )
}

function addDownloads(stage: Stage, { people, datasets }: History): void {
  const random = stage.random('downloads')
  const tables = datasets.filter(({ name, session }) => session && /trials\.table|spikes\.times|mpci\.times/.test(name))
  for (const user of ['noah.keller', 'demo.reader', 'ben.whitlock'] as const) {
    for (const { id, session } of tables.filter(() => random.chance(0.2))) {
      const first = later((session as DemoSession).end, 60 * random.integer(4, 10))
      const count = random.integer(1, 6)
      const download = stage.rows.add(Download, {
        user_id: people.users[user],
        dataset_id: id,
        first_download: first,
        last_download: count === 1 ? first : later(first, 20),
        count,
      })
      stage.rows.link(Download, 'projects', download, [people.projects[(session as DemoSession).experiment.project]])
    }
  }
}

/** Requests for animals: fulfilled ones, and one that still waits for a litter. */
function addRequests(stage: Stage, { people, experiments, colony }: History): void {
  const recent = experiments.filter(({ restrictionEnd }) => !restrictionEnd)
  const groups = Map.groupBy(recent, ({ animal, user }) => `${user} ${animal.line.id}`)
  for (const members of [...groups.values()].slice(0, 4)) {
    const { animal, user, surgery } = members[0] as Experiment
    const request = stage.rows.add(SubjectRequest, {
      user_id: user,
      line_id: animal.line.id,
      count: members.length,
      date_time: addDays(surgery, -30),
      due_date: addDays(surgery, -5),
      description: 'Adults of either sex, positive.',
    })
    for (const member of members) stage.rows.change(Subject, member.animal.id, { request_id: request })
  }
  const young = colony.animals.find(({ litter }) => litter === 14) as Animal
  stage.rows.add(SubjectRequest, {
    user_id: people.users['mira.okafor'],
    line_id: young.line.id,
    count: 4,
    date_time: addDays(stage.today, -6),
    due_date: addDays(stage.today, 35),
    description: 'Positive males, for chronic recordings.',
  })
}

function addNotifications(stage: Stage, { people, experiments, colony }: History): void {
  for (const [user, type, scope] of [
    ['ines.duarte', 'mouse_underweight', 'lab'],
    ['tomas.reis', 'mouse_underweight', 'all'],
    ['tomas.reis', 'mouse_not_weighed', 'all'],
    ['priya.raman', 'mouse_water', 'mine'],
    ['carmen.vidal', 'mouse_water', 'none'],
  ] as const) {
    stage.rows.add(NotificationRule, { user_id: people.users[user], notification_type: type, subjects_scope: scope })
  }
  const notify = (
    moment: string,
    type: string,
    title: string,
    status: string,
    subject: Animal,
    users: readonly string[],
  ) => {
    const id = stage.rows.add(Notification, {
      send_at: moment,
      sent_at: status === 'sent' ? later(moment, 1) : null,
      notification_type: type,
      title,
      message: `${title}\n\n`,
      subject_id: subject.id,
      status,
      json: status === 'no-send' ? { failed_attempts: [later(moment, 1), later(moment, 2), later(moment, 3)] } : null,
    })
    stage.rows.link(Notification, 'users', id, [...new Set(users)])
  }
  const manager = people.users['tomas.reis']
  const yesterday = addDays(stage.today, -1)
  for (const { animal, user } of experiments.filter(({ restrictionEnd }) => !restrictionEnd).slice(-3)) {
    const moment = at(yesterday, animal.line.lab.opens + 31)
    const title = `ATTENTION: ${animal.nickname} weight was close to its limit on ${yesterday}`
    notify(moment, 'mouse_underweight', title, 'sent', animal, [user, manager])
  }
  for (const { animal, user, surgery } of experiments.slice(0, 4)) {
    const title = `Responsible user of ${animal.nickname} changed from tomas.reis to ${usernameOf(people, user)}`
    notify(at(addDays(surgery, -7), clock('12:00')), 'responsible_user_change', title, 'sent', animal, [manager, user])
  }
  const waiting = experiments.at(-1) as Experiment
  notify(
    at(yesterday, clock('21:40')),
    'mouse_water',
    `0.2 mL remaining for ${waiting.animal.nickname}`,
    'to-send',
    waiting.animal,
    [waiting.user],
  )
  const old = colony.animals.find((animal) => animal.death) as Animal
  const failed = at(addDays(stage.today, -90), clock('18:00'))
  notify(failed, 'mouse_not_weighed', `ATTENTION: subject "${old.nickname}" weighing missing`, 'no-send', old, [
    people.users['carmen.vidal'],
  ])
}

const usernameOf = (people: People, id: string): string =>
  Object.entries(people.users).find(([, user]) => user === id)?.[0] ?? LabMember.label
