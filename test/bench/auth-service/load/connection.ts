import { connect, type Socket } from 'node:net'

/** What a server answered. */
export interface Answer {
  status: number
  /** The status line and the headers, as they came. */
  head: string
  body: string
}

/** A kept-alive connection that carries one request at a time. */
export interface Connection {
  /** Sends a whole request, headers and body, and waits for the whole answer. @throws when the connection ends. */
  exchange(request: string): Promise<Answer>
  close(): void
}

/**
 * Connects. A bare socket, because an HTTP client in JavaScript would be slower than what is measured.
 */
export function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(carry(socket))
    })
  })
}

function carry(socket: Socket): Connection {
  let received = ''
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined

  // One character a byte: all that is looked for is ASCII, and lengths count bytes.
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    received = received === '' ? chunk : received + chunk
    const answer = readAnswer(received)
    if (answer === undefined) return
    received = ''
    waiting?.resolve(answer)
  })
  socket.once('error', (error) => waiting?.reject(error))
  socket.once('close', () => waiting?.reject(new Error('the server closed the connection')))

  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request, 'latin1')
      }),
    close: () => void socket.destroy(),
  }
}

/** The answer, if all of it has arrived. */
function readAnswer(received: string): Answer | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = received.slice(0, headEnd)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  const bodyStart = headEnd + 4
  if (received.length < bodyStart + Number(length)) return undefined
  return { status: Number(head.slice(9, 12)), head, body: received.slice(bodyStart) }
}
