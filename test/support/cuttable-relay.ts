import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Something between a program and a server that can go wrong as networks and servers do. */
export interface CuttableRelay {
  port: number
  /** Ends every connection and takes no new one. */
  cut(): Promise<void>
  /** Passes nothing on any more, and says nothing. */
  hang(): void
  /** The next time that the program says this, the server hears it, and its answer is lost with the connection. */
  loseAnswerTo(words: string): void
  /** Ends what hangs and works again, at the same port. */
  mend(): Promise<void>
  close(): Promise<void>
}

/** Starts a relay to a port of this machine. */
export async function startRelay(serverPort: number): Promise<CuttableRelay> {
  const sockets = new Set<Socket>()
  let hangs = false
  let lostWords: string | undefined

  const server = createServer((near) => {
    const far = connect(serverPort, '127.0.0.1')
    let isLost = false
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        // What the server was told it still does.
        far.end()
      })
    }
    near.on('data', (chunk) => {
      if (hangs) return
      if (lostWords !== undefined && chunk.includes(lostWords)) {
        lostWords = undefined
        isLost = true
      }
      far.write(chunk)
    })
    far.on('data', (chunk) => {
      if (isLost) near.destroy()
      else if (!hangs) near.write(chunk)
    })
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const end = async () => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay listens on no port')
  const { port } = address
  return {
    port,
    cut: end,
    hang() {
      hangs = true
    },
    loseAnswerTo(words) {
      lostWords = words
    },
    async mend() {
      hangs = false
      for (const socket of sockets) socket.destroy()
      if (!server.listening) await listen(port)
    },
    close: end,
  }
}
