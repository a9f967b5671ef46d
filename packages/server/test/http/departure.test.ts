import { afterAll, beforeAll, expect, test } from 'vitest'
import { Departure } from '../../src/app.ts'
import { type ServedLaboratory, servedLaboratory } from './served-laboratory.ts'

const departure = new Departure()
let lab: ServedLaboratory
beforeAll(async () => {
  lab = await servedLaboratory({ departure })
})
afterAll(() => lab.close())

test('a server that is about to stop answers as before, asks for new connections, and tells load balancers', async () => {
  const before = await lab.get('/labs')
  expect(before.headers.connection).not.toBe('close')
  expect((await lab.get('/health/ready')).statusCode).toBe(200)

  departure.begin()

  const after = await lab.get('/labs')
  expect(after.statusCode).toBe(200)
  expect(after.json()).toEqual(before.json())
  expect(after.headers.connection).toBe('close')
  const ready = await lab.get('/health/ready')
  expect(ready.statusCode).toBe(503)
  expect(ready.json()).toEqual({ status: 'leaving' })
  expect((await lab.get('/health/live')).statusCode).toBe(200)
})
