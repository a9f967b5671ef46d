/** A JSON document whose numbers keep the form in which they were written when it becomes text again. */
export const parsedAsWritten = (text: string): unknown => JSON.parse(text, asWritten as Reviver)

type Reviver = (key: string, value: unknown) => unknown

const asWritten = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value
