/** JSON type of a value; a field without one may hold any document. */
type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'

/** What a value looks like, whatever field holds it. */
export interface ValueFacts {
  readonly type?: JsonType
  readonly format?: string
  readonly maxLength?: number
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  /** Source of a regular expression that matches the whole value. */
  readonly pattern?: string
  /** Values that may be given, each with what people call it. */
  readonly choices?: readonly (readonly [value: string | number, label: string])[]
  readonly nullable?: boolean
}

/** One field of a representation of the contract, as every description of the contract tells it. */
export interface ContractField extends ValueFacts {
  readonly name: string
  /** Caption for people. */
  readonly label: string
  /** What the field means, with its unit. Empty when its name says it all. */
  readonly help: string
  /** Shown and never taken from a body. */
  readonly readOnly: boolean
  /** Taken from a body and never shown. */
  readonly writeOnly?: boolean
  /** A create without it is refused. */
  readonly required: boolean
  /** Required by a create only: a PUT may leave it out. */
  readonly onlyToCreate?: boolean
  readonly nullable: boolean
  /** The empty text is accepted where choices are offered. */
  readonly blank?: boolean
  /** The empty text is refused, although a record may have it. */
  readonly emptyRefused?: boolean
  /** Names another record: by its address, its name or its identifier. */
  readonly relation?: boolean
  /** Worked out when the row is shown. */
  readonly computed?: boolean
  /** An uploaded picture; shown as its address. */
  readonly image?: boolean
  /** Given to a new row when the body does not say. */
  readonly default?: string | number | boolean
  /** Of a list of plain values: one of them. */
  readonly items?: ValueFacts
  /** Of nested records: their fields. */
  readonly children?: readonly ContractField[]
  /** Of nested records: name of their representation. */
  readonly schema?: string
}
