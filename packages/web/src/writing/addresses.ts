/** Which addresses a text that anybody may have written leads to, and shows pictures of. */

const SCHEME = /^([a-z][a-z\d+.-]*):/i

/** @returns the address when it opens a page or a mail, here or elsewhere; empty when it might run something */
export function linkAddress(url: string): string {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase()
  return scheme === undefined || scheme === 'http' || scheme === 'https' || scheme === 'mailto' ? url : ''
}

/** @returns the address when it is a picture of our own notes, or one that comes encrypted; empty otherwise */
export function pictureAddress(url: string): string {
  if (/^https:\/\//i.test(url)) return url
  return url.startsWith('/uploaded/') && !/(\.|%2e){2}/i.test(url) ? url : ''
}
