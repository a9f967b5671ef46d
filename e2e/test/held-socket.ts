/** A bound socket that this process holds and never answers on, as systemd does for `alyx.socket`. */
export interface HeldSocket {
  readonly fd: number
  /** http://127.0.0.1:<port> */
  readonly address: string
  close(): void
}

/** What we need of Node's own door to sockets; `net.Server` would begin to accept. */
interface Tcp {
  readonly fd: number
  bind(address: string, port: number): number
  getsockname(into: { port?: number }): number
  close(): void
}

interface TcpWrap {
  readonly TCP: new (kind: number) => Tcp
  readonly constants: { readonly SERVER: number }
}

/** @throws Error when no port can be had */
export function holdSocket(): HeldSocket {
  const { TCP, constants } = (process as unknown as { binding(name: string): TcpWrap }).binding('tcp_wrap')
  const handle = new TCP(constants.SERVER)
  const name: { port?: number } = {}
  if (handle.bind('127.0.0.1', 0) !== 0 || handle.getsockname(name) !== 0) throw new Error('no port can be had')
  return { fd: handle.fd, address: `http://127.0.0.1:${name.port}`, close: () => handle.close() }
}
