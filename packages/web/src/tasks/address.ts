/** What the page of tasks shows; all of it stands in its address. */
export interface TasksAddress {
  readonly view?: string
  readonly graph?: string
  readonly lab?: string
  readonly project?: string
  readonly status?: string
  readonly days?: string
}

/** What each view of that page is given. */
export interface TasksViewProps {
  readonly address: TasksAddress
  readonly onAddress: (changes: TasksAddress) => void
  readonly onLog: (task: string) => void
}
