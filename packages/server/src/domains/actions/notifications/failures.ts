import { sql } from '../../../database/index.ts'
import type { Key, Recorder } from '../../../records/index.ts'
import { createNotifications, type NewNotification } from './create.ts'

interface News {
  user: Key
  task: Key
  attention_at: string
  recovered: boolean
  name: string | null
  graph: string | null
  error_type: string | null
  error_message: string | null
  subject: string | null
}

/** Nobody hears of failures more often: a night on which everything fails is one message an hour. */
const PAUSE_SECONDS = 3600
/** What nobody was told of for so long is found on the page of tasks. */
const OLDEST_DAYS = 7
const MOST_NAMED = 20

/**
 * Tells people of tasks that failed for good since they last heard, and of told ones that were overcome: those who asked for a
 * task, and those whose rule fits it. One message for each person. A fixed number of statements.
 *
 * @returns how many people were told
 */
export async function tellFailures(recorder: Recorder): Promise<number> {
  const { db } = recorder
  // Two servers would say everything twice.
  await db.rows(sql`select pg_advisory_xact_lock(hashtext('alyx.tell_failures'))`)
  const news = await newsOf(recorder)
  const byUser = Map.groupBy(news, ({ user }) => user)
  if (byUser.size === 0) return 0
  await createNotifications(
    recorder,
    [...byUser].map(([user, own]) => messageTo(user, own)),
  )
  await db.execute(sql`
    insert into alyx.failure_notice (user_id, task_id, attention_at, recovered_at)
    select n.user, n.task, n.attention_at, case when n.recovered then clock_timestamp() end
      from jsonb_to_recordset(${JSON.stringify(news)}::jsonb) as n("user" uuid, task uuid, attention_at timestamptz, recovered boolean)
    on conflict (user_id, task_id) do update
      set attention_at = excluded.attention_at, told_at = clock_timestamp(), recovered_at = excluded.recovered_at`)
  return byUser.size
}

function newsOf({ db }: Recorder): Promise<News[]> {
  return db.objects<News>(sql`
    with failed as (
      select j.task_id, j.attention_at, j.owner, j.graph, t.name, t.session_id
        from alyx.job j join jobs_task t on t.id = j.task_id
       where j.attention_at > clock_timestamp() - make_interval(days => ${OLDEST_DAYS}::integer)
    ), concerned as (
      select f.task_id, f.attention_at, f.owner as user_id from failed f
      union
      select f.task_id, f.attention_at, r.user_id from failed f join alyx.failure_rule r
          on r.url is null and (r.graph is null or r.graph = f.graph) and (r.step is null or starts_with(f.name, r.step))
         and (r.lab is null or exists (select from actions_session s join misc_lab l on l.id = s.lab_id where s.id = f.session_id and l.name = r.lab))
         and (r.project is null or exists (select from actions_session_projects p join subjects_project q on q.id = p.project_id
                                            where p.session_id = f.session_id and q.name = r.project))
    ), news as (
      select c.user_id, c.task_id, c.attention_at, false as recovered from concerned c
       where not exists (select from alyx.failure_notice n where n.user_id = c.user_id and n.task_id = c.task_id and n.attention_at = c.attention_at)
      union all
      select n.user_id, n.task_id, n.attention_at, true from alyx.failure_notice n join alyx.job j on j.task_id = n.task_id
       where n.recovered_at is null and j.status in (55, 60)
    )
    select n.user_id as "user", n.task_id as task, n.attention_at, n.recovered, t.name, t.graph, a.error_type, a.error_message, s.nickname as subject
      from news n join misc_labmember u on u.id = n.user_id and u.is_active
      join jobs_task t on t.id = n.task_id
      left join actions_session e on e.id = t.session_id left join subjects_subject s on s.id = e.subject_id
      left join lateral (select error_type, left(error_message, 300) as error_message from alyx.job_attempt a
                          where a.task_id = n.task_id and a.outcome <> 'succeeded' order by a.number desc limit 1) a on true
     where not exists (select from alyx.failure_notice k where k.user_id = n.user_id
                          and k.told_at > clock_timestamp() - make_interval(secs => ${PAUSE_SECONDS}::integer))
     order by n.user_id, n.recovered, t.graph, t.name, n.task_id`)
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

function messageTo(user: Key, news: readonly News[]): NewNotification {
  const failed = news.filter(({ recovered }) => !recovered)
  const recovered = news.filter((one) => one.recovered)
  const title = [
    ...(failed.length > 0 ? [`${counted(failed.length, 'task')} failed`] : []),
    ...(recovered.length > 0 ? [`${counted(recovered.length, 'task')} recovered`] : []),
  ].join(', ')
  return {
    notification_type: '',
    title,
    details: [...linesOf(failed), ...(recovered.length > 0 ? ['', 'Recovered:', ...linesOf(recovered)] : [])].join(
      '\n',
    ),
    subject_id: null,
    users: [user],
    force: true,
  }
}

/** Those that failed alike in one line. */
function linesOf(news: readonly News[]): string[] {
  const alike = Map.groupBy(
    news,
    ({ name, graph, error_type, recovered }) =>
      [graph, name].filter(Boolean).join(' / ') + (recovered || error_type === null ? '' : `: ${error_type}`),
  )
  const lines = [...alike].map(([words, ones]) => {
    const subjects = [...new Set(ones.flatMap(({ subject }) => subject ?? []))].slice(0, MOST_NAMED)
    const where = subjects.length > 0 ? ` (${subjects.join(', ')})` : ''
    const said = ones[0]!.recovered ? undefined : ones[0]!.error_message?.split('\n')[0]
    return `${ones.length} x ${words}${where}${said ? ` - ${said}` : ''}`
  })
  return lines.length <= MOST_NAMED
    ? lines
    : [...lines.slice(0, MOST_NAMED), `and ${lines.length - MOST_NAMED} other kinds`]
}
