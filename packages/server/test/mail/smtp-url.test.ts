import { expect, test } from 'vitest'
import { readSmtpUrl } from '../../src/mail/index.ts'

test.each([
  {
    url: 'smtp://mail.example.org',
    means: { host: 'mail.example.org', port: 587, encryption: 'if offered', user: undefined, password: undefined },
  },
  { url: 'smtp://mail.example.org:25/', means: { port: 25 } },
  { url: 'smtps://alyx:x@mail.example.org', means: { port: 465, encryption: 'from the start', user: 'alyx' } },
  { url: 'smtp://alyx:p%40ss%2Fw@mail.example.org', means: { password: 'p@ss/w', encryption: 'required' } },
  { url: 'smtp://alyx:secret@localhost:2525', means: { encryption: 'if offered' } },
  { url: 'smtp://alyx:secret@[::1]:2525', means: { host: '::1', encryption: 'if offered' } },
  { url: 'smtp://alyx:secret@mail.example.org?tls=if-offered', means: { encryption: 'if offered' } },
  { url: 'smtp://mail.example.org?tls=required', means: { encryption: 'required' } },
  { url: 'smtp://mail.example.org?tls=never', means: { encryption: 'never' } },
])('$url', ({ url, means }) => {
  expect(readSmtpUrl(url)).toMatchObject(means)
})

test.each([
  'mail.example.org',
  'http://mail.example.org',
  'smtp://',
  'smtp://mail.example.org/path',
  'smtp://mail.example.org?tls=perhaps',
  'smtp://mail.example.org?debug=true',
  'smtps://mail.example.org?tls=never',
  'smtp://a:%ff@mail.example.org',
  'smtp://mail.example.org:587 ',
])('%s is no address of a mail server', (url) => {
  expect(readSmtpUrl(url)).toBeUndefined()
})
