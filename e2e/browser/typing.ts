/** How somebody fills a form in: what is typed or chosen, by the kind of the field. */
import type { Locator, Page } from 'playwright-core'
import type { FieldFacts } from '../../packages/client/src/index.ts'
import type { Kind } from '../../packages/models/src/index.ts'

/** An input, where it stands, and the field that it belongs to. */
export interface Place {
  readonly page: Page
  readonly input: Locator
  readonly facts: FieldFacts
}

interface Typing {
  /** Fills the input with something else than it holds; tells what it shows then, or that there is nothing to choose. */
  readonly put: (place: Place, seed: number) => Promise<string | undefined>
  readonly shown: (place: Place) => Promise<string>
  /** Fills an input with what another one shows. */
  readonly repeat: (place: Place, words: string) => Promise<void>
  /** What a history says of it. */
  readonly past?: (words: string) => string
  /** No two rows have the same, when somebody types it with different seeds. */
  readonly tellsApart: boolean
  /** Filters compare it with a value. */
  readonly compared: boolean
}

const DAY_MS = 24 * 60 * 60 * 1000
const DATE_LENGTH = 10

/** Marks what this walk makes, so that no row of it is taken for one of the laboratory. */
const MARK = 'walked'

/** Texts of the forms that declarations ask for: the first that the pattern allows is taken. */
const TEXTS = [
  (seed: number) => `${MARK} ${seed}`,
  (seed: number) => `${MARK}_${seed}`,
  (seed: number) => `.${MARK}${seed}`,
  // The only text that fits a single letter or two.
  (seed: number) => String(seed % 10),
] as const

function textFor({ name, pattern, max_length = Number.MAX_SAFE_INTEGER }: FieldFacts, seed: number): string {
  const allowed = pattern === undefined ? /.*/ : new RegExp(`^(?:${pattern})$`, 'u')
  const text = TEXTS.map((write) => write(seed)).find((one) => allowed.test(one) && one.length <= max_length)
  if (text === undefined) throw new Error(`no text of this walk has the form ${pattern} of ${name}`)
  return text
}

const MOST = 1000
const numberFor = ({ minimum = 0, maximum = minimum + MOST, unique }: FieldFacts, seed: number): number =>
  unique ? MOST * MOST + seed : minimum + 1 + (seed % (maximum - minimum - 1))

/** One of the last days: animals of the laboratory were alive then. */
const dayFor = (seed: number): string =>
  new Date(Date.now() - (1 + (seed % 7)) * DAY_MS).toISOString().slice(0, DATE_LENGTH)

const two = (number: number): string => String(number).padStart(2, '0')

function typed(words: (facts: FieldFacts, seed: number) => string, options: Partial<Typing> = {}): Typing {
  return {
    async put({ input, facts }, seed) {
      await input.fill(words(facts, seed))
      await input.blur()
      return input.inputValue()
    },
    shown: ({ input }) => input.inputValue(),
    repeat: ({ input }, said) => input.fill(said),
    tellsApart: false,
    compared: true,
    ...options,
  }
}

const text = typed(textFor, { tellsApart: true })
/** The unit behind a number is a part of the input. */
const withoutUnit = (words: string): string => words.split(' ')[0]!

const pills = (input: Locator) =>
  input.locator('xpath=ancestor::*[contains(@class, "mantine-MultiSelect-root")]').locator('.mantine-Pill-label')

const chosen = async ({ input, facts }: Place): Promise<string> =>
  facts.many ? (await pills(input).allInnerTexts()).join(', ') : input.inputValue()

const choice: Typing = {
  async put(place) {
    const { page, input, facts } = place
    await input.click()
    const others = page.locator('[role="option"]:not([data-checked])').filter({ visible: true, hasNotText: MARK })
    // The first of rows may be the newest, which somebody else is about to delete.
    const other = facts.to ? others.last() : others.first()
    await other.or(page.getByText('Nothing of that name').filter({ visible: true })).waitFor()
    if (!(await other.isVisible())) {
      await input.press('Escape')
      return undefined
    }
    await other.click()
    // A list of several stays open, above what comes next.
    if (facts.many) await input.press('Escape')
    return chosen(place)
  },
  shown: chosen,
  async repeat({ page, input, facts }, words) {
    const [first = ''] = facts.many ? words.split(', ') : [words]
    await input.click()
    const same = page.getByRole('option').filter({ visible: true, hasText: first })
    // As it was chosen: rows may have the same title.
    await (facts.to ? same.last() : same.first()).click()
  },
  tellsApart: false,
  compared: true,
}

const boolean: Typing = {
  async put({ input }) {
    await input.click()
    return String(await input.isChecked())
  },
  shown: async ({ input }) => String(await input.isChecked()),
  async repeat({ page, input }, words) {
    await input.click()
    await page.getByRole('option', { name: words === 'true' ? 'yes' : 'no', exact: true }).click()
  },
  tellsApart: false,
  compared: true,
}

/** Numbers with commas between them. */
const list = typed(({ length = 2 }, seed) => Array.from({ length }, (_, at) => seed + at).join(', '), {
  past: (words) => `[${words.replaceAll(' ', '')}]`,
  compared: false,
})

/** What is typed into fields of each kind. A kind with no entry does not compile; the last ones are typed by nobody. */
export const typing: Readonly<Record<Kind, Typing | undefined>> = {
  text,
  longText: text,
  email: typed((_, seed) => `${MARK}${seed}@example.org`, { tellsApart: true }),
  url: typed((_, seed) => `https://example.org/${MARK}/${seed}`, { tellsApart: true }),
  uuid: typed((_, seed) => `00000000-0000-4000-8000-${String(seed).padStart(12, '0')}`),
  integer: typed((facts, seed) => String(numberFor(facts, seed)), { past: withoutUnit }),
  // Between nothing and one, where shares lie as well.
  float: typed(({ minimum = 0 }, seed) => String(minimum + (1 + seed) / 2000), { past: withoutUnit, tellsApart: true }),
  date: typed((_, seed) => dayFor(seed)),
  datetime: typed((_, seed) => `${dayFor(seed)}T04:${two(seed % 60)}:${two((seed * 7) % 59)}`, {
    // Filters compare days.
    repeat: ({ input }, words) => input.fill(words.slice(0, DATE_LENGTH)),
  }),
  json: typed((_, seed) => `{\n  "${MARK}": ${seed}\n}`, {
    past: (words) => JSON.stringify(JSON.parse(words)),
    compared: false,
  }),
  floatList: list,
  integerList: list,
  boolean,
  choice,
  level: choice,
  reference: choice,
  // Every link is told on its own.
  many: { ...choice, past: (words) => words.split(', ').at(-1)! },
  identity: undefined,
  image: undefined,
  generic: undefined,
}
