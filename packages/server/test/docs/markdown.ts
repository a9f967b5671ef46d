import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** A page of the documentation. */
export interface Page {
  /** From the root of the project. */
  readonly path: string
  readonly text: string
}

export const readPage = (path: string): Page => ({ path, text: readFileSync(join(root, path), 'utf8') })

/** Every page for readers, generated ones included. */
export const allPages = (): Page[] =>
  ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: root }).sort()].map(readPage)

/** A link to a file of the project. */
export interface Link {
  /** As it is written. */
  readonly target: string
  /** From the root of the project. */
  readonly path: string
  /** The heading it leads to, or ''. */
  readonly anchor: string
}

const withoutCode = (text: string): string => text.replace(/^ *(`{3,})[\s\S]*?^ *\1$/gm, '').replace(/`[^`\n]*`/g, '')

/** The links of a page that do not lead to other sites. */
export function linksOf({ path, text }: Page): Link[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#')
      const there = file === '' ? path : relative(root, resolve(root, dirname(path), file))
      return { target, path: there, anchor }
    })
}

/** Names of the headings of a page, as links write them. */
export function anchorsOf({ text }: Page): string[] {
  const outside = text.replace(/^ *(`{3,})[\s\S]*?^ *\1$/gm, '')
  return [...outside.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The lines of code blocks of a page that a shell would run, without comments, `npx` and settings in front. */
function shellLines({ text }: Page): string[] {
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block]) => block!)
  return blocks
    .join('')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
}

/** The words after `alyx` in every line that runs it. */
export function alyxCommands(page: Page): string[][] {
  return shellLines(page).flatMap((line) =>
    line
      .split(/[|;]|&&|\$\(|\)/)
      .map((part) => part.trim().replace(/^(?:[A-Z_]+=\S+ +)+/, ''))
      .flatMap((part) => {
        const [, words] = /^(?:npx |npm run )?alyx(?: --(?= ))? +(.+)$/.exec(part) ?? []
        return words === undefined ? [] : [words.split(/ +/)]
      }),
  )
}
