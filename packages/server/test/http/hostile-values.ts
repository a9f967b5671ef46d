const many = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at)).join(',')

/** What every filter of every list is given: each is another way of breaking one. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a statement with all quotes and wildcards': `'; drop table subjects_subject; -- "\`$1 $$ /* %_\\`,
  'a null byte': 'a\u0000b',
  'ten thousand different elements': many(10_000, (at) => `n${at}`),
  'a number that no column holds': '9'.repeat(400),
  'not a number': 'NaN',
  'deep nesting': `a,${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`,
}

/** The others, for the list with the most kinds of filters and for the filters that are languages of their own. */
export const STRANGE: Readonly<Record<string, string>> = {
  ...HOSTILE,
  'a quote': `'`,
  'text of the whole world': '\ud800 ñ 漢字 👩‍🔬 \u202e',
  'a hundred thousand characters': 'x'.repeat(100_000),
  'brackets without end': '['.repeat(20_000),
  'ten thousand times the same': many(10_000, () => '7'),
  'ten thousand identifiers': many(10_000, () => '11111111-0000-4000-8000-000000000001'),
  'a number just too large': '9223372036854775808',
  'an exponent': '1e308',
  'an exponent too far': '-1e400',
  infinity: '-Infinity',
  'a pattern': '%',
  'a pattern cut short': '\\',
  'a name that every object has': '__proto__',
  'a path to a password': 'responsible_user__password__startswith,pbkdf2',
  'a path to a token': 'user__auth_token__key__startswith,a',
  'a date that never was': '2026-02-30',
  'a range turned around': '2026-03-01,2025-03-01',
  'a time that never was': '0000-00-00T99:99:99',
  'only commas': ',,,,',
  blank: ' ',
  'a path without end': `${'subject__'.repeat(200)}nickname,x`,
  'a regular expression that takes for ever elsewhere': 'nickname__regex,(a+)+$',
  'a regular expression that is none': 'nickname__regex,([',
}
