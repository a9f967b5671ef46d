import { all } from '@alyx/models'
import { describe, expect, test } from 'vitest'
import { isHidden } from '../../src/query/index.ts'
import { contractMay, judgeNew, judgeTies, mayEver, OWN_PROFILE, tiesOf, VERBS } from '../../src/rights/index.ts'
import { matrix, nobodySpecial, PEOPLE } from './matrix.ts'

const modelCalled = (key: string) => all.find((model) => model.key === key)!
const WRITING = VERBS.filter((verb) => verb !== 'view')

describe('the rules', () => {
  test('are those of the matrix that people agreed to', async () => {
    await expect(matrix()).toMatchFileSnapshot('matrix.md')
  })

  test('give nobody a credential, by any door', () => {
    const credentials = all.filter((model) => isHidden(model))
    expect(credentials.map(({ key }) => key)).toEqual(['authtoken.token', 'sessions.session'])
    for (const model of credentials)
      for (const account of Object.values(PEOPLE))
        for (const verb of VERBS) {
          expect(mayEver(account, verb, model)).toBe('none')
          expect(contractMay(account, verb, model)).toEqual({ may: false })
        }
  })

  test.each(['closed account', 'public user'])('let a %s write nothing, even one that is marked superuser', (who) => {
    for (const model of all)
      for (const verb of WRITING) {
        expect(judgeTies(PEOPLE[who]!, verb, model, new Set(tiesOf(model))), `${verb} ${model.key}`).toEqual({
          may: false,
        })
        expect(contractMay(PEOPLE[who]!, verb, model, true), `${verb} ${model.key}`).toEqual({ may: false })
      }
  })

  test('let members write of their own account nothing that gives rights', () => {
    const account = modelCalled('misc.labmember')
    const fields = new Set<string>(OWN_PROFILE)

    for (const verdict of [
      judgeTies(nobodySpecial, 'change', account, new Set(['oneself'])),
      contractMay(nobodySpecial, 'change', account, true),
    ])
      expect(verdict).toEqual({ may: true, fields })
    expect([...fields].filter((name) => /^is_|group|permission|password|username/.test(name))).toEqual([])
    expect(contractMay(nobodySpecial, 'change', account)).toEqual({ may: false })
    expect(judgeNew(nobodySpecial, account)).toEqual({ may: false })
  })

  test('show members nothing of the framework but names for forms', () => {
    const seen = all.filter((model) => model.framework && mayEver(nobodySpecial, 'view', model) !== 'none')
    expect(seen.map(({ key }) => key)).toEqual(['contenttypes.contenttype', 'auth.group'])
  })

  test('never let the framework notes about the past be written, by superusers neither', () => {
    for (const key of ['admin.logentry', 'reversion.revision', 'reversion.version', 'migrations.migration'])
      for (const verb of WRITING) expect(mayEver(PEOPLE.superuser!, verb, modelCalled(key))).toBe('none')
  })
})
