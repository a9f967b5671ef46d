import { Marked } from 'marked'
import sanitizeHtml from 'sanitize-html'

const markdown = new Marked({ gfm: true, async: false })

const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'input'],
  allowedAttributes: {
    a: ['href', 'title'],
    img: ['src', 'alt', 'title'],
    code: ['class'],
    th: ['align'],
    td: ['align'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  disallowedTagsMode: 'discard',
}

/** Markdown as HTML without anything that could run or lead a reader astray; empty text gives empty text. */
export function markdownHtml(text: string): string {
  if (text === '') return ''
  const html = sanitizeHtml(markdown.parse(text) as string, ALLOWED).trim()
  // Line breaks as Python's Markdown places them: clients that compare stored pages see no difference.
  return html.replaceAll('<tbody><tr>', '<tbody>\n<tr>').replaceAll('</tbody></table>', '</tbody>\n</table>')
}
