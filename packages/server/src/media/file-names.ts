import { randomInt } from 'node:crypto'
import type { WantedPath } from './media-store.ts'

/** Longest path that a column holds, in characters. */
const LONGEST_PATH = 100

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const SUFFIX_LENGTH = 7

/** What a file is called when its own name has nothing that can be kept. */
const NAMELESS = 'image'

/**
 * The readable part of a client's file name: no folders, no ending, letters, digits, `-` and `_` of any script.
 * `C:\\photos\\Mouse 3 (left).JPG` becomes `Mouse_3_left`.
 */
export function baseName(filename: string): string {
  const own = filename.split(/[/\\]/).at(-1)!.normalize('NFC')
  const stem = own.replace(/\.[^.]*$/, '')
  const kept = stem
    .replace(/\s+/gu, '_')
    .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '')
    .replace(/^[-_]+|[-_]+$/g, '')
  return kept === '' ? NAMELESS : kept
}

/**
 * A path with the wanted base, cut to what a column holds. What tells files apart, a random suffix, is never cut.
 * @param marked  whether the plain name is taken
 */
export function freeName({ folder, base, ending }: WantedPath, marked: boolean): string {
  const suffix = marked
    ? `_${Array.from({ length: SUFFIX_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
    : ''
  const room = LONGEST_PATH - folder.length - 1 - suffix.length - ending.length
  // By whole characters: half of one would be no text.
  let short = ''
  for (const character of base) {
    if (short.length + character.length > room) break
    short += character
  }
  return `${folder}/${short}${suffix}${ending}`
}
