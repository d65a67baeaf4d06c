import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'

const LIMIT_SECONDS = 3

/** Whether a browser could come back to a login: on a port of this computer, of both address families. */
export function loopbackChecks(): Check[] {
  return [
    {
      name: 'loopback IPv4',
      limitSeconds: LIMIT_SECONDS,
      look: () => lookAt('127.0.0.1', (problem) => broken(problem, 'allow programs to listen on 127.0.0.1')),
    },
    {
      name: 'loopback IPv6',
      limitSeconds: LIMIT_SECONDS,
      // A login listens on IPv4 where it can.
      look: () => lookAt('::1', (problem) => unchecked(`${problem}: 127.0.0.1 is enough`)),
    },
  ]
}

async function lookAt(host: string, otherwise: (problem: string) => Outcome): Promise<Outcome> {
  const server = createServer((socket) => socket.end())
  try {
    server.listen({ host, port: 0, exclusive: true })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const socket = connect({ host, port })
    await once(socket, 'connect')
    socket.destroy()
    return ok(`${host} listens and answers`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    return otherwise(`${host} can't be listened on${code}`)
  } finally {
    server.close()
  }
}
