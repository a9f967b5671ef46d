import { all, type Model } from '@alyx/models'
import type { Account } from '../../src/domains/labs/index.ts'
import { isHidden } from '../../src/query/index.ts'
import { type Door, judgeTies, type Tie, tiesOf, VERBS, type Verdict } from '../../src/rights/index.ts'

export const nobodySpecial: Account = {
  id: '00000000-0000-4000-8000-000000000001',
  username: 'somebody',
  isActive: true,
  isPublic: false,
  isStaff: true,
  isSuperuser: false,
  isStockManager: false,
  isHusbandry: false,
}

/** The people of the matrix, from those who may least. */
export const PEOPLE: Readonly<Record<string, Account>> = {
  'closed account': { ...nobodySpecial, isActive: false, isSuperuser: true },
  'public user': { ...nobodySpecial, isPublic: true, isSuperuser: true },
  member: nobodySpecial,
  husbandry: { ...nobodySpecial, isHusbandry: true },
  'stock manager': { ...nobodySpecial, isStockManager: true },
  superuser: { ...nobodySpecial, isSuperuser: true },
}

const LETTERS = { view: 'v', create: 'a', change: 'c', delete: 'd' } as const

const lettersOf = (verdict: Verdict, letter: string): string => {
  if (!verdict.may) return ''
  return verdict.fields ? `${letter}(${[...verdict.fields].sort().join(' ')})` : letter
}

/** What somebody may do to a row with which they have these ties: `v a c(description) d`. */
function cell(account: Account, model: Model, ties: readonly Tie[], door: Door): string {
  const letters = VERBS.map((verb) => lettersOf(judgeTies(account, verb, model, new Set(ties), door), LETTERS[verb]))
  return letters.filter((text) => text !== '').join(' ') || '-'
}

/** Columns: each kind of person without a tie; then members with each tie that rows of any model may have. */
const TIES: readonly Tie[] = ['near', 'author', 'oneself', 'works on it', 'lab of it']

function table(door: Door): string {
  const heads = [...Object.keys(PEOPLE), ...TIES.map((tie) => `member, ${tie}`)]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = all.map((model) =>
    line([
      isHidden(model) ? `${model.key} (credentials)` : model.key,
      ...Object.values(PEOPLE).map((account) => cell(account, model, [], door)),
      ...TIES.map((tie) => (tiesOf(model).includes(tie) ? cell(nobodySpecial, model, [tie], door) : '')),
    ]),
  )
  return [line(['Model', ...heads]), line(['---', ...heads.map(() => '---')]), ...lines].join('\n')
}

/** Everything that the rules say, for people to read. */
export const matrix = (): string => `# Who may do what

Made from the rules in \`packages/server/src/rights\`: v view, a add, c change, d delete; in brackets the only fields that may
be written. A tie is what a person has to do with the row; an empty cell says that rows of the model have no such tie.
Write it anew with \`npx vitest run packages/server/test/rights -u\`, and look at the difference.

## The native API

${table('native')}

## The Alyx contract

What it does not offer cannot be done there, whatever stands here. Protected data are kept by the domains.

${table('contract')}
`
