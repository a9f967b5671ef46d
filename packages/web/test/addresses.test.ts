import { describe, expect, it } from 'vitest'
import { linkAddress, pictureAddress } from '../src/writing/addresses.ts'

describe('Addresses in texts that anybody may have written', () => {
  it('lead to pages and mails, here and elsewhere', () => {
    for (const url of ['/admin/', '#drugs', 'https://example.org', 'HTTP://example.org', 'mailto:ann@example.org'])
      expect(linkAddress(url)).toBe(url)
  })
  it('never run anything', () => {
    for (const url of ['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc'])
      expect(linkAddress(url)).toBe('')
  })
  it('show pictures of notes and encrypted ones, and nothing else', () => {
    expect(pictureAddress('/uploaded/note/2026/a.png')).toBe('/uploaded/note/2026/a.png')
    expect(pictureAddress('https://example.org/a.png')).toBe('https://example.org/a.png')
    for (const url of [
      '/uploaded/../auth/logout',
      '/uploaded/%2E./auth/logout',
      'http://example.org/a.png',
      '//example.org/a.png',
      '/auth/logout/',
      'data:image/svg+xml,x',
    ])
      expect(pictureAddress(url)).toBe('')
  })
})
