import assert from 'node:assert/strict'
import { tokenFor } from './laboratory.ts'
import type { Told } from './told.ts'
import { visit } from './visitor.ts'

const BACKUP_MS = 60_000

/** The own account with its token and messages, and what those see who administer the laboratory. */
export async function administration({ browser, lab, check, shots }: Told): Promise<void> {
  for (const screen of [
    { name: 'wide', width: 1440 },
    { name: 'phone', width: 390, dark: true },
  ]) {
    const visitor = await visit(browser, lab, screen, shots)
    const { page } = visitor
    const look = async (name: string) => {
      await page.waitForTimeout(500)
      await visitor.shot(`${name}-${screen.name}`)
      assert.deepEqual(await visitor.faults(), [], `axe on ${page.url()}`)
      const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      assert.equal(wider, 0, `${page.url()} is wider than the screen`)
    }
    /** As a program would, with the token that is worth something now. */
    const ask = async (method: string, path: string, body?: unknown, token?: string) => {
      const answer = await fetch(`${lab.origin}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Token ${token ?? (await tokenFor(lab))}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, never> }
    }

    await check(`${screen.name}: the bell counts a message, and the message is read`, async () => {
      const me = (await ask('GET', '/me')).body as unknown as { id: string }
      await ask('POST', '/account/messages/read', {})
      const made = await ask('POST', '/actions/notification', {
        notification_type: 'mouse_water',
        title: `Water for ${screen.name}`,
        message: 'SW_001 needs 0.8 mL.',
        status: 'no-send',
        send_at: new Date(Date.now() - 60_000).toISOString(),
        users: [me.id],
      })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      await page.reload()
      await page.getByRole('link', { name: 'Messages, 1 unread' }).click()
      await page.waitForURL(/\/account\/\?tab=messages/)
      await page.getByText(`Water for ${screen.name}`).waitFor()
      await look('account-messages')
      await page.getByRole('button', { name: 'Mark all read' }).click()
      await page.getByRole('link', { name: 'Messages, none unread' }).waitFor()
      await page.getByRole('button', { name: `Mark unread: Water for ${screen.name}` }).click()
      await page.getByRole('link', { name: 'Messages, 1 unread' }).waitFor()
    })

    await check(`${screen.name}: what somebody says of themselves is kept`, async () => {
      await page.goto('/admin/account/')
      await page.getByLabel('Family name').fill(`Of the ${screen.name}`)
      await look('account-profile')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Saved', { exact: true }).waitFor()
      await page.reload()
      await page.getByLabel('Family name').waitFor()
      assert.equal(await page.getByLabel('Family name').inputValue(), `Of the ${screen.name}`)
    })

    await check(`${screen.name}: a token is replaced, and the new one works`, async () => {
      const old = await tokenFor(lab)
      await page.goto('/admin/account/?tab=token')
      await page.getByRole('button', { name: 'Replace it…' }).click()
      await look('account-replace')
      await page.getByRole('button', { name: 'Replace it', exact: true }).click()
      const fresh = (await page.getByLabel('New token', { exact: true }).textContent())!
      assert.notEqual(fresh, old)
      await look('account-token')
      assert.equal((await ask('GET', '/me', undefined, fresh)).status, 200)
      assert.ok([401, 403].includes((await ask('GET', '/me', undefined, old)).status), 'the old one still works')
      await page.reload()
      await page.getByText(/Yours ends with/).waitFor()
      assert.equal(await page.getByText(fresh).count(), 0, 'the token is shown again')
    })

    await check(`${screen.name}: every part of the administration is clean`, async () => {
      await fetch(`${lab.origin}/subjects?nicknme=SW_001`, {
        headers: { authorization: `Token ${await tokenFor(lab)}` },
      })
      for (const [tab, seen] of [
        ['server', 'PostgreSQL'],
        ['schedules', 'alyx backup make --prune'],
        ['rights', 'weighings'],
        ['people', 'Members of labs today'],
        ['parameters', 'nicknme'],
      ] as const) {
        await page.goto(`/admin/administration/?tab=${tab}`)
        await page.getByRole('main').getByText(seen).first().waitFor()
        await look(`administration-${tab}`)
      }
      await page.getByRole('button', { name: 'Forget' }).click()
      await page.getByText('None: every program asks for what there is.').waitFor()
    })

    await check(`${screen.name}: rights are filtered, a schedule is switched`, async () => {
      await page.goto('/admin/administration/?tab=rights')
      await page.getByLabel('Filter models').fill('weighing')
      await page.waitForURL(/q=weighing/)
      await page.getByRole('rowheader', { name: 'weighings' }).waitFor()
      assert.equal(await page.getByRole('rowheader', { name: 'sessions', exact: true }).count(), 0)
      await page.goto('/admin/administration/?tab=schedules')
      const box = page.getByRole('switch', { name: 'Run cache-tables by itself' })
      const before = await box.isChecked()
      await box.click({ force: true })
      await page.getByText(/^cache-tables is o/).waitFor()
      await page.reload()
      await box.waitFor({ state: 'attached' })
      assert.equal(await box.isChecked(), !before)
    })

    await check(`${screen.name}: a backup is made and listed`, async () => {
      const count = async () => ((await ask('GET', '/backups')).body.results as unknown as unknown[]).length
      const before = await count()
      await page.goto('/admin/administration/?tab=backups')
      await page.getByRole('button', { name: 'Back up now' }).click()
      const rows = page.getByRole('region', { name: 'Backups', exact: true }).getByRole('row')
      await rows.nth(before + 1).waitFor({ timeout: BACKUP_MS })
      assert.equal(await count(), before + 1)
      await look('administration-backups')
    })

    await check(`${screen.name}: nothing of that made the browser complain`, async () => {
      assert.deepEqual(visitor.complaints(), [])
    })
    await page.context().close()
  }
}
