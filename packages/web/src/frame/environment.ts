/** Says that a server is not the laboratory's own, by its host; undefined where it is. */
export function environmentOf(host: string): string | undefined {
  if (/localhost/i.test(host)) return 'this machine'
  return /(^|[.-])(dev|staging|test)([.-]|\d|$)/i.test(host) ? 'test server' : undefined
}
