import { Text, Title } from '@mantine/core'
import { IconCircle, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { client } from '../server/client.ts'
import { useModels } from '../server/queries.ts'

/** What a laboratory needs before its first animal, in the order in which one leans on the other. */
const STEPS = [
  { model: 'misc.lab', name: 'Laboratory', why: 'its time zone, and how light an animal on water restriction may get' },
  { model: 'misc.labmember', name: 'People', why: 'who signs in, who answers for animals, who looks after the stock' },
  { model: 'subjects.line', name: 'Lines', why: 'what you breed, and how pups are numbered' },
  { model: 'subjects.subject', name: 'Subjects', why: 'the animals: typed one by one, or as litters of the colony' },
] as const

const countOf = async (model: string): Promise<number> =>
  (await client.list(model, { count: 'true', limit: '1' })).count ?? 0

/** What to do first, while a laboratory has no animal at all. */
export function FirstSteps() {
  const seen = new Set(useModels().map(({ key }) => key))
  const steps = STEPS.filter(({ model }) => seen.has(model))
  const animals = useQuery({
    queryKey: ['list', 'subjects.subject', 'any'],
    queryFn: () => countOf('subjects.subject'),
    enabled: seen.has('subjects.subject'),
  })
  const { data: counts } = useQuery({
    queryKey: ['home', 'first-steps'],
    queryFn: () => Promise.all(steps.map(({ model }) => countOf(model))),
    enabled: animals.data === 0,
  })
  if (animals.data !== 0 || !counts) return null
  return (
    <section className="card home-part" aria-labelledby="home-first">
      <Title order={2} id="home-first">
        Four steps to the first animal
      </Title>
      <ol className="home-steps">
        {steps.map(({ model, name, why }, nth) => {
          const [app = '', of = ''] = model.split('.')
          const count = counts[nth]!
          const Sign = count > 0 ? IconCircleCheck : IconCircle
          return (
            <li key={model} className="home-step" data-done={count > 0}>
              <Sign className="home-icon" size={22} aria-hidden />
              <div>
                <Link
                  className="home-link"
                  to={count > 0 ? '/$app/$model/' : '/$app/$model/add/'}
                  params={{ app, model: of }}
                >
                  {name}
                </Link>
                <Text size="sm" className="soft">
                  {count > 0 ? `${count} there; ` : 'none yet; '}
                  {why}
                </Text>
              </div>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
