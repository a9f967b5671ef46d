import { Dataset, Lab, LabMember, LabMembership, Note, Weighing } from '@alyx/models'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../../../../src/database/index.ts'
import { changedRights, recordsInWords } from '../../../../src/domains/labs/rules/account.ts'
import { asShare, judgeMembership, judgeTimeZone } from '../../../../src/domains/labs/rules/lab.ts'
import { recordingAs } from '../../../records/recording-as.ts'
import { LabRecords } from './lab-records.ts'

let lab: LabRecords
beforeAll(async () => {
  lab = await LabRecords.open()
})
afterAll(() => lab.scratch.drop())

const asSuperuser = () => recordingAs(lab.superuser)
const asCommand = recordingAs(undefined)

let people = 0
async function account() {
  people += 1
  const username = `person${people}`
  const [made] = await lab.recording((recorder) => recorder.create(LabMember, [{ username }]), asCommand)
  return { id: made!.key, username }
}

describe('rights are for superusers to give', () => {
  const usual = {
    is_superuser: false,
    is_staff: false,
    is_active: true,
    is_stock_manager: false,
    is_public_user: false,
    email: '',
  }
  test.each([
    { said: 'a new account', before: undefined, values: {}, links: {}, rights: [] },
    { said: 'a new superuser', before: undefined, values: { is_superuser: true }, links: {}, rights: ['is_superuser'] },
    { said: 'an address', before: usual, values: { email: 'a@b.ch' }, links: {}, rights: [] },
    { said: 'delegates', before: usual, values: {}, links: { allowed_users: ['x'] }, rights: [] },
    { said: 'the stock', before: usual, values: { is_stock_manager: true }, links: {}, rights: ['is_stock_manager'] },
    { said: 'deactivation', before: usual, values: { is_active: false }, links: {}, rights: ['is_active'] },
    { said: 'groups', before: usual, values: {}, links: { groups: [] }, rights: ['groups'] },
    { said: 'a new account without groups', before: undefined, values: {}, links: { groups: [] }, rights: [] },
  ])('$said: $rights', ({ before, values, links, rights }) => {
    expect(changedRights({ before, values: { ...usual, ...values }, links } as never)).toEqual(rights)
  })

  test('nobody promotes themselves', async () => {
    await expect(lab.change(LabMember, lab.member.id, { is_superuser: true })).rejects.toMatchObject({
      kind: 'forbidden',
      message: 'Only a superuser may change superuser of an account.',
    })
    await lab.change(LabMember, lab.member.id, { first_name: 'Maria' })

    expect(await lab.read(LabMember, lab.member.id)).toMatchObject({ is_superuser: false, first_name: 'Maria' })
  })

  test('a superuser may, and so may a command', async () => {
    const { id } = await account()
    const promote = (is_stock_manager: boolean) => (recorder: Parameters<Parameters<typeof lab.recording>[0]>[0]) =>
      recorder.change(LabMember, [{ key: id, values: { is_stock_manager } }])

    await lab.recording(promote(true), asSuperuser())
    expect((await lab.read(LabMember, id))!.is_stock_manager).toBe(true)
    await lab.recording(promote(false), asCommand)
    expect((await lab.read(LabMember, id))!.is_stock_manager).toBe(false)
  })
})

describe('an account does not take along what it recorded', () => {
  test.each([
    { counts: {}, words: '' },
    { counts: { 'data.dataset': 1 }, words: '1 dataset' },
    { counts: { 'data.dataset': 0, 'misc.note': 2 }, words: '2 notes' },
    {
      counts: { 'data.dataset': 1200, 'data.datasettype': 1, 'misc.note': 3 },
      words: '1200 datasets, 1 dataset type and 3 notes',
    },
  ])('$counts: $words', ({ counts, words }) => {
    expect(recordsInWords(counts)).toBe(words)
  })

  test('somebody who registered data is not removed', async () => {
    const { id, username } = await account()
    await lab.make(Dataset, { name: 'spikes.times.npy', created_by_id: id })

    const removal = lab.recording((recorder) => recorder.remove(LabMember, [id]), asSuperuser())

    await expect(removal).rejects.toMatchObject({
      kind: 'in_use',
      message: expect.stringContaining(`1 dataset of ${username} would be removed too`),
      details: { 'data.dataset': 1, 'data.datasettype': 0, 'data.download': 0, 'misc.note': 0 },
    })
    expect(await lab.read(LabMember, id)).toBeDefined()
  })

  test('somebody who only weighed animals is, and the weighing stays without a name', async () => {
    const { id } = await account()
    const [animal] = await lab.homeless(1)
    const [weighing] = await lab.make(Weighing, { subject_id: animal!, user_id: id, weight: 20 })

    await lab.recording((recorder) => recorder.remove(LabMember, [id]), asSuperuser())

    expect(await lab.read(LabMember, id)).toBeUndefined()
    expect((await lab.read(Weighing, weighing!))!.user_id).toBeNull()
  })

  test('notes are records too', async () => {
    const { id } = await account()
    const [animal] = await lab.homeless(1)
    const [type] = await lab.scratch.database.rows(
      sql`select id from django_content_type where app_label = 'subjects' and model = 'subject'`,
    )
    await lab.make(Note, { user_id: id, content_type_id: type![0]!, object_id: animal!, text: 'limps' })

    await expect(lab.recording((recorder) => recorder.remove(LabMember, [id]), asSuperuser())).rejects.toMatchObject({
      kind: 'in_use',
    })
  })
})

describe('labs', () => {
  test.each([
    { written: 0.85, share: 0.85 },
    { written: 85, share: 0.85 },
    { written: 1, share: 1 },
    { written: -0.5, share: 0 },
    { written: 0, share: 0 },
  ])('a share written $written is $share', ({ written, share }) => {
    expect(asShare(written)).toBeCloseTo(share, 12)
  })

  test.each([
    { zone: 'Europe/London', known: true },
    { zone: 'GB', known: true },
    { zone: 'Europe/Narnia', known: false },
    { zone: 'London', known: false },
  ])('a zone $zone is known: $known', ({ zone, known }) => {
    if (known) expect(() => judgeTimeZone(zone)).not.toThrow()
    else expect(() => judgeTimeZone(zone)).toThrow(`"${zone}" is no time zone`)
  })

  test('a form is put right, and the contract records what it is sent', async () => {
    const [form] = await lab.make(Lab, { name: 'form', reference_weight_pct: 85 })
    const [sent] = await lab.recording(
      (recorder) => recorder.create(Lab, [{ name: 'sent', reference_weight_pct: 85, timezone: 'Europe/Narnia' }]),
      { source: 'contract' },
    )

    expect((await lab.read(Lab, form!))!.reference_weight_pct).toBe(0.85)
    expect(sent!.after).toMatchObject({ reference_weight_pct: 85, timezone: 'Europe/Narnia' })
    await expect(lab.make(Lab, { name: 'lost', timezone: 'Europe/Narnia' })).rejects.toThrow('is no time zone')
  })

  test.each([
    { start_date: '2026-01-01', end_date: null, counts: true },
    { start_date: null, end_date: '2026-01-01', counts: true },
    { start_date: '2026-01-01', end_date: '2026-01-01', counts: true },
    { start_date: '2026-01-02', end_date: '2026-01-01', counts: false },
  ])('a membership from $start_date to $end_date: $counts', ({ counts, ...days }) => {
    if (counts) expect(() => judgeMembership(days)).not.toThrow()
    else expect(() => judgeMembership(days)).toThrow('must not lie before the first')
  })

  test('a membership begins today unless it is said', async () => {
    const { id } = await account()
    const [lab_id] = await lab.make(Lab, { name: 'joined' })

    const [made] = await lab.make(LabMembership, { user_id: id, lab_id: lab_id! })

    expect((await lab.read(LabMembership, made!))!.start_date).toBe(new Date().toISOString().slice(0, 10))
  })
})
