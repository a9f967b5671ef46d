import type { Model } from '@alyx/models'
import type { Key, Recorder, Row } from '../../records/index.ts'
import type { Services } from '../gates.ts'
import type { JsonValue } from '../python-json-body.ts'
import type { BodyView } from './body-view.ts'
import type { Written } from './intake.ts'
import type { Aside } from './targets.ts'

/** A body that was read, on its way to the records. */
export interface Writing {
  readonly recorder: Recorder
  readonly model: Model
  readonly method: 'POST' | 'PUT' | 'PATCH'
  readonly body: BodyView
  /** What the body says so far; may be completed. */
  readonly written: Written
  /** The row that is changed; undefined when one is made. */
  readonly before: Readonly<Row> | undefined
  readonly key: Key | undefined
  readonly services: Pick<Services, 'media' | 'imageWidth'>
}

/** What a collection does with bodies besides what follows from its representation. */
export interface Writes {
  /** Fields that name whoever calls when a create or a full update does not mention them. */
  readonly caller?: readonly string[]
  /** Lists of people that become whoever calls when a create does not mention them. */
  readonly callerLinks?: readonly string[]
  /** Values that a full update gives to fields that it does not mention; others stay as they are. */
  readonly reset?: Readonly<Record<string, JsonValue>>
  /** Values of a body that no column holds: what they look like. A change repeats them in its answer. */
  readonly asides?: Readonly<Record<string, Aside>>
  /** Fields of a change in which null says nothing, although they take none. */
  readonly nullIsAbsent?: (body: BodyView) => readonly string[]
  /** A list of bodies makes as many records. */
  readonly bulk?: true
  /** Completes what is to be written, from what no column holds. @throws Refused */
  readonly complete?: (writing: Writing) => Promise<void>
}
