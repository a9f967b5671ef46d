import { getHome } from '@alyx/client'
import { Alert, Skeleton, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TourOffer } from '../help/tour-offer.tsx'
import { client } from '../server/client.ts'
import { useLiveAnswers } from '../server/live.ts'
import { useMe } from '../server/queries.ts'
import { AllLists } from './all-lists.tsx'
import { FailedTasks } from './failed-tasks.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Messages } from './messages.tsx'
import { MyAnimals } from './my-animals.tsx'
import { Recent } from './recent.tsx'
import { TodayView } from './today-view.tsx'
import './home.css'

/** What waits for whoever signed in, their animals, what they did last; below it every list. */
export function HomePage() {
  const me = useMe()
  return (
    <div className="page">
      <Title order={1}>Good to see you, {me.first_name || me.username}</Title>
      {!me.is_public_user && <TourOffer />}
      {!me.is_public_user && <OfPerson />}
      <AllLists />
    </div>
  )
}

/** Visitors from outside have no animals and no tasks: only members see this. */
function OfPerson() {
  const { data: home, error } = useQuery({ queryKey: ['home'], queryFn: () => getHome(client.connection) })
  useLiveAnswers(
    'subjects.subject,subjects.subjectrequest,actions.weighing,actions.wateradministration,actions.waterrestriction',
    'home',
  )
  if (error && !home)
    return (
      <Alert color="red" title="What waits for you could not be read">
        {error.message} The lists below work; this part is asked for again when you come back to the page.
      </Alert>
    )
  if (!home) return <Skeleton height={220} radius={8} role="status" aria-label="Reading what waits for you" />
  return (
    <>
      {home.animals.count === 0 && <FirstSteps />}
      <TodayView today={home.today} />
      <Messages unread={home.messages_unread} />
      <div className="home-columns">
        <MyAnimals animals={home.animals} day={home.day} />
        <div className="home-column">
          <FailedTasks />
          <Recent records={home.recent} />
        </div>
      </div>
    </>
  )
}
