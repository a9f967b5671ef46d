import { List, Text } from '@mantine/core'
import { useModels } from '../server/queries.ts'

/** Numbers of rows by model, in words: "3 weighings". */
export function Counts({
  title,
  counts,
}: {
  readonly title: string
  readonly counts: Readonly<Record<string, number>>
}) {
  const models = useModels()
  const entries = Object.entries(counts).sort(([, a], [, b]) => b - a)
  if (entries.length === 0) return null
  const named = (key: string, count: number) => {
    const model = models.find((one) => one.key === key)
    return model ? (count === 1 ? model.label : model.plural) : key
  }
  return (
    <div>
      <Text fw={600} size="sm">
        {title}
      </Text>
      <List size="sm">
        {entries.map(([key, count]) => (
          <List.Item key={key}>
            {count.toLocaleString('en')} {named(key, count)}
          </List.Item>
        ))}
      </List>
    </div>
  )
}
