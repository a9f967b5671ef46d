import { request as plainly } from 'node:http'
import { request as encrypted } from 'node:https'
import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  text(): string
  json(): Record<string, unknown>
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** Address of this machine that the request comes from. */
  readonly from?: string
}

/**
 * One request over a connection of its own, with the path exactly as it is written: nothing between removes dots or
 * follows where the answer leads.
 */
export function ask(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body, from }: Asked = {},
): Promise<Answer> {
  const { hostname, port, protocol } = new URL(address)
  const request = protocol === 'https:' ? encrypted : plainly
  return new Promise((resolve, reject) => {
    let answered = false
    const sent = request(
      {
        hostname,
        port,
        path,
        method,
        agent: false,
        rejectUnauthorized: false,
        headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
        ...(from !== undefined && { localAddress: from }),
      },
      (response) => {
        answered = true
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string | undefined>,
            body: bytes,
            text: () => bytes.toString('utf8'),
            json: () => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>,
          })
        })
      },
    )
    // Who refuses a large body answers before it is sent, and then lets go of the line.
    sent.on('error', (error) => !answered && reject(error))
    sent.setTimeout(60_000, () => sent.destroy(new Error(`no answer to ${method} ${path} after a minute`)))
    sent.end(body)
  })
}

/** A form with one file, as browsers send it. */
export function form(
  fields: Readonly<Record<string, string>>,
  file?: { name: string; filename: string; bytes: Buffer },
) {
  const edge = 'edge-of-a-form'
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${edge}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const pieces: Buffer[] = [Buffer.from(parts.join(''))]
  if (file) {
    const head = `--${edge}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${file.filename}"\r\nContent-Type: image/png\r\n\r\n`
    pieces.push(Buffer.from(head), file.bytes, Buffer.from('\r\n'))
  }
  pieces.push(Buffer.from(`--${edge}--\r\n`))
  return { body: Buffer.concat(pieces), headers: { 'content-type': `multipart/form-data; boundary=${edge}` } }
}

/** Whether anything takes connections there, within two seconds. */
export function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 })
    const tell = (answer: boolean) => () => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', tell(true)).once('error', tell(false)).once('timeout', tell(false))
  })
}
