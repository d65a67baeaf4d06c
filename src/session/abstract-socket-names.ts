import { connect, createServer, type Server, type Socket } from 'node:net'
import { pause } from './pause.js'
import type { LockHolder, LockNames } from './session-lock.js'

/** No process id has more digits. */
const PID = /^\d{1,10}$/

/** A name that cannot be waited for, because its holder takes no more connections, is asked for this often. */
const RETRY_MS = 50
/** Before a name is asked for again: a holder that hangs up on everybody must not make us spin. */
const PAUSE_MS = 5

/**
 * Names of Linux: sockets in the abstract namespace. Binding one is atomic, it leaves no file, and the kernel
 * frees it when its process ends, however that ends. A waiter connects and is woken when the connection
 * breaks. Another user can take a name too: that costs the waiting time, nothing else.
 * @param pid the own process id, told to those who wait
 * @see unix(7), Abstract sockets
 */
export function createAbstractSocketNames(pid: number): LockNames {
  return {
    take: (name) =>
      new Promise((resolve, reject) => {
        const waiters = new Set<Socket>()
        const server = createServer((waiter) => {
          waiters.add(waiter)
          waiter.on('error', () => undefined).on('close', () => waiters.delete(waiter))
          waiter.write(`${pid}`)
        })
        server.once('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'EADDRINUSE') resolve({ holder: holderOf(`\0${name}`) })
          else reject(error)
        })
        server.listen(`\0${name}`, () => resolve({ release: () => release(server, waiters) }))
      }),
  }
}

async function release(server: Server, waiters: Set<Socket>): Promise<void> {
  // The name is free as soon as the server closes; only then may a waiter wake up and ask for it.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const waiter of waiters) waiter.destroy()
  await closed
}

function holderOf(path: string): LockHolder {
  let text = ''
  return {
    pid: () => (PID.test(text) ? Number(text) : undefined),
    async gone(signal) {
      const wasConnected = await new Promise<boolean>((resolve) => {
        let isConnected = false
        const socket = connect(path, () => {
          isConnected = true
        })
        const stop = () => socket.destroy()
        signal.addEventListener('abort', stop)
        socket.on('data', (chunk) => {
          if (text.length < 16) text += chunk.toString('latin1')
        })
        // A reset says the same as an end: the holder let go.
        socket.on('error', () => undefined)
        socket.on('close', () => {
          signal.removeEventListener('abort', stop)
          resolve(isConnected)
        })
      })
      await pause(wasConnected ? PAUSE_MS : RETRY_MS, signal)
    },
  }
}
