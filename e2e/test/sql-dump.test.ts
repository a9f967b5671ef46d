import { expect, test } from 'vitest'
import { withoutCopy } from '../running/sql-dump.ts'

test('rows of a dump become inserts, and everything else stays', () => {
  const dump = 'SET x = 0;\nCOPY public.cage (id, name) FROM stdin;\n1\tblue\n2\t\\N\n\\.\n\nSELECT 1;'

  expect(withoutCopy(dump)).toBe(
    "SET x = 0;\nINSERT INTO public.cage (id, name) OVERRIDING SYSTEM VALUE VALUES\n('1', 'blue'),\n('2', NULL);\n\nSELECT 1;",
  )
})

test('a table without rows leaves nothing', () => {
  expect(withoutCopy('COPY public.cage (id) FROM stdin;\n\\.\n')).toBe('')
})

test.each([
  { written: 'two\\nlines', means: "'two\nlines'" },
  { written: 'a\\tb', means: "'a\tb'" },
  { written: 'C:\\\\data', means: "'C:\\data'" },
  { written: "Rob's mouse", means: "'Rob''s mouse'" },
  { written: '\\\\N', means: "'\\N'" },
  { written: '\\101', means: "'A'" },
  { written: '', means: "''" },
])('the value $written', ({ written, means }) => {
  expect(withoutCopy(`COPY t (a) FROM stdin;\n${written}\n\\.`)).toContain(`VALUES\n(${means});`)
})
