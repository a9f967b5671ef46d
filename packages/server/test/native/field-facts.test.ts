import { modelNamed } from '@alyx/models'
import { expect, test } from 'vitest'
import { type FieldFacts, fieldFacts } from '../../src/native/field-facts.ts'

const facts = (model: string, name: string): FieldFacts =>
  fieldFacts(modelNamed(model)).find((field) => field.name === name)!

test.each([
  ['experiments.fov', 'session', 'its column has to be filled, though forms of Alyx accept none'],
  ['experiments.channel', 'trajectory_estimate', 'a rule asks for it'],
  ['experiments.brainregion', 'id', 'nothing makes the number of a structure'],
  ['subjects.line', 'nickname', 'it has no default but the empty text'],
])('a new %s needs %s: %s', (model, name) => {
  expect(facts(model, name)).toMatchObject({ required: true, nullable: false, read_only: false })
})

test.each([
  ['subjects.subject', 'litter', 'its column accepts nothing'],
  ['subjects.subject', 'nickname', 'the empty text is one that the server replaces'],
  ['actions.session', 'users', 'forms accept none'],
  ['subjects.project', 'id', 'the server makes it'],
])('a new %s does without %s: %s', (model, name) => {
  expect(facts(model, name).required).toBe(false)
})

test('links that a rule makes are written by nobody', () => {
  expect(facts('experiments.probeinsertion', 'datasets').read_only).toBe(true)
  expect(facts('experiments.fov', 'datasets').read_only).toBe(true)
})
