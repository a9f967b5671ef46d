import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { negotiate, parseMediaType, RENDERERS } from '../../src/rest/accept.ts'

function formOf(accept: string | undefined, format?: string) {
  const negotiated = negotiate(accept, format, RENDERERS)
  return 'refused' in negotiated ? negotiated.refused : `${negotiated.renderer.format} ${negotiated.indent}`
}

describe('the form of an answer', () => {
  test.each([
    { accept: undefined, form: 'json 0' },
    { accept: '*/*', form: 'json 0' },
    { accept: 'application/json', form: 'json 0' },
    { accept: 'Application/JSON', form: 'json 0' },
    { accept: 'application/*', form: 'json 0' },
    { accept: 'application/json, text/plain, */*', form: 'json 0' },
    { accept: 'text/html', form: 'api 0' },
    { accept: 'text/*', form: 'api 0' },
    { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', form: 'api 0' },
    { accept: 'text/html;q=0.5,application/json', form: 'json 0' },
    { accept: 'text/html; charset=utf-8, application/json', form: 'api 0' },
    { accept: 'application/coreapi+json', form: 'not_acceptable' },
    { accept: 'application/xml', form: 'not_acceptable' },
    { accept: 'image/png', form: 'not_acceptable' },
    { accept: '', form: 'not_acceptable' },
    { accept: 'json', form: 'not_acceptable' },
  ])('Accept: $accept', ({ accept, form }) => expect(formOf(accept)).toBe(form))

  test.each([
    { accept: undefined, format: 'json', form: 'json 0' },
    { accept: undefined, format: 'api', form: 'api 0' },
    { accept: undefined, format: '', form: 'json 0' },
    { accept: undefined, format: 'xml', form: 'unknown_format' },
    { accept: 'image/png', format: 'xml', form: 'unknown_format' },
    { accept: 'text/html', format: 'json', form: 'not_acceptable' },
    { accept: 'text/html, */*', format: 'json', form: 'json 0' },
    { accept: 'application/json', format: 'api', form: 'not_acceptable' },
  ])('?format=$format with Accept: $accept', ({ accept, format, form }) => expect(formOf(accept, format)).toBe(form))
})

test.each([
  ['application/json; indent=4', 4],
  ['application/json;indent=99', 8],
  ['application/json; indent=0', 0],
  ['application/json; indent=-1', 0],
  ['application/json; indent=x', 0],
  ['application/json; INDENT="2"', 2],
  ['*/*; indent=3', 3],
  ['application/json; a="b;indent=3"', 0],
])('%s asks for an indent of %i', (accept, indent) => expect(formOf(accept)).toBe(`json ${indent}`))

test('a route offers what it has', () => {
  const coreapi = { format: 'corejson', mediaType: 'application/coreapi+json' }

  expect(negotiate('application/coreapi+json', undefined, [...RENDERERS, coreapi])).toMatchObject({ renderer: coreapi })
})

test('a media type is read with its parameters', () => {
  const { type, parameters } = parseMediaType('Multipart/Form-Data; Boundary="a;\\"b"; charset = utf-8; flag')

  expect(type).toBe('multipart/form-data')
  expect([...parameters]).toEqual([
    ['boundary', 'a;"b'],
    ['charset', 'utf-8'],
    ['flag', ''],
  ])
})

test('any header is answered, and a hostile one at once', () => {
  fc.assert(fc.property(fc.string(), (accept) => void formOf(accept)))

  expect(formOf('"\\'.repeat(8000))).toBe('not_acceptable')
})
