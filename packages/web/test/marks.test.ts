import { describe, expect, it } from 'vitest'
import { type Edit, heading, link, listed, wrapped } from '../src/writing/marks.ts'

/** The text afterwards, with what is selected between bars. */
function done(edit: Edit, marked: string): string {
  const [before = '', selected = '', after = ''] = marked.split('|')
  const text = before + selected + after
  const { from, to, text: made, select } = edit(text, before.length, before.length + selected.length)
  const now = text.slice(0, from) + made + text.slice(to)
  return `${now.slice(0, select[0])}|${now.slice(select[0], select[1])}|${now.slice(select[1])}`
}

describe('The tools of the editor', () => {
  it('put marks around words and take them away again', () => {
    expect(done(wrapped('**'), 'a |word| here')).toBe('a **|word|** here')
    expect(done(wrapped('**'), 'a **|word|** here')).toBe('a |word| here')
  })
  it('make headings of three sizes, and lines again', () => {
    expect(done(heading, 'one\nt|wo|')).toBe('one\n# two||')
    expect(done(heading, '# t|wo|')).toBe('## two||')
    expect(done(heading, '### t|wo|')).toBe('two||')
  })
  it('make lists of lines and lines of lists', () => {
    expect(done(listed('- '), 'a\n|b\nc|\nd')).toBe('a\n- b\n- c||\nd')
    expect(done(listed('- '), '|- b\n- c|')).toBe('b\nc||')
  })
  it('leave the address of a link to be typed', () => {
    expect(done(link, 'see |the protocol|')).toBe('see [the protocol](|https://|)')
  })
})
