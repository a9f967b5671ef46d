import type { Recorder } from '../../records/index.ts'
import { readFields } from '../body.ts'
import type { Call } from '../call.ts'
import type { Services } from '../gates.ts'
import { writeCall } from '../writing/write-call.ts'
import { plainValues, refusingFiles } from './files-refused.ts'

/**
 * Handles a request that records something about files and answers 201.
 *
 * @param work gets the values of the body, each name once, and returns JSON text
 */
export const fileWrite =
  (services: Services, work: (recorder: Recorder, given: ReadonlyMap<string, unknown>) => Promise<string>) =>
  async (call: Call): Promise<unknown> => {
    const body = await readFields(call.request)
    const given = plainValues(body)
    return refusingFiles(() =>
      writeCall(call, services, async (recorder) => ({ status: 201, json: await work(recorder, given) }), { body }),
    )
  }
