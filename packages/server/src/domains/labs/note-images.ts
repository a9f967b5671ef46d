import { Note } from '@alyx/models'
import { type Recorder, type Rules, rulesFor } from '../../records/index.ts'

/** Removes pictures that no note shows any more, once it is certain that the change is kept. */
function dropImages(paths: readonly (string | null)[], recorder: Recorder): void {
  const dropped = paths.filter((path) => path !== null && path !== '')
  if (dropped.length === 0) return
  recorder.afterCommit(async () => {
    for (const path of dropped) await recorder.settings.removeMedia(path as string)
  })
}

/** The picture of a note goes with it, or when another takes its place. */
export const noteImageRules: Rules = rulesFor(Note, {
  async follow(saved, recorder) {
    dropImages(
      saved.filter(({ before, changed }) => before && changed.has('image')).map(({ before }) => before!.image),
      recorder,
    )
  },
  async afterRemoval(rows, recorder) {
    dropImages(
      rows.map(({ image }) => image),
      recorder,
    )
  },
})
