import { connect, type Socket } from 'node:net'
import { sessionBusSockets } from './bus-address.js'
import { formatMethodCall, type IncomingMessage, type MethodCall, takeMessage } from './message.js'
import type { WireValue } from './wire-format.js'

/** A connection to the session bus. */
export interface SessionBus {
  /**
   * Calls a method and resolves with the arguments of the answer. Calls are sent at once, in order, and do
   * not wait for each other.
   * @param answer the types of the arguments wanted
   * @throws BusCallError for an error that was answered; SessionBusError when the connection ends first.
   */
  call(call: MethodCall, answer?: string): Promise<WireValue[]>
  /** Resolves with the first signal that comes from now on and passes. */
  signal(passes: (signal: IncomingMessage) => boolean): Promise<IncomingMessage>
  close(): void
}

/** Why there is no connection to a session bus, or no more. */
export type SessionBusProblem =
  /** The environment names none. */
  | 'no-address'
  /** Nobody listens at the address. */
  | 'stale-address'
  /** The bus does not take this user. */
  | 'refused'
  /** It went away, or does not speak D-Bus. */
  | 'broken'

/** There is no connection to the session bus. */
export class SessionBusError extends Error {
  readonly problem: SessionBusProblem

  constructor(problem: SessionBusProblem, options: { cause?: unknown } = {}) {
    super(problem, options)
    this.problem = problem
  }
}

/** Another program on the bus, or the bus itself, answered a call with an error. */
export class BusCallError extends Error {
  /** For example `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly errorName: string

  constructor(errorName: string) {
    super(errorName)
    this.errorName = errorName
  }
}

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}

const STALE_CODES = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR']

/** A line of the authentication longer than this is none. */
const MAX_LINE_BYTES = 1024

/**
 * Connects to the session bus that the environment names and introduces itself there. Nothing waits in
 * another thread: closing the connection ends every call at once, however long its answer would take.
 * @param options.signal closes the connection; what is under way then rejects with its reason
 * @throws SessionBusError
 * @see D-Bus specification, Authentication Protocol
 */
export async function openSessionBus(options: {
  env: Readonly<Record<string, string | undefined>>
  uid: number | string
  signal: AbortSignal
}): Promise<SessionBus> {
  options.signal.throwIfAborted()
  const socket = await connectToOneOf(sessionBusSockets(options.env)).catch((error: unknown) => {
    // Where systemd would have put one there may well be none: nobody said that there is.
    const isNamed = Boolean(options.env['DBUS_SESSION_BUS_ADDRESS'])
    throw isNamed ? error : new SessionBusError('no-address', { cause: error })
  })
  return speak(socket, options)
}

async function connectToOneOf(paths: readonly string[]): Promise<Socket> {
  let problem = new SessionBusError('no-address')
  for (const path of paths) {
    try {
      return await new Promise<Socket>((resolve, reject) => {
        const socket = connect(path, () => resolve(socket.off('error', reject)))
        socket.once('error', reject)
      })
    } catch (cause) {
      const isNobodyThere =
        cause instanceof Error && 'code' in cause && STALE_CODES.includes(String(cause.code))
      problem = new SessionBusError(isNobodyThere ? 'stale-address' : 'broken', { cause })
    }
  }
  throw problem
}

function speak(socket: Socket, options: { uid: number | string; signal: AbortSignal }): SessionBus {
  const { signal } = options
  const calls = new Map<
    number,
    { answer: (message: IncomingMessage) => void; fail: (error: unknown) => void }
  >()
  const listeners = new Set<(message: IncomingMessage) => void>()
  const failures = new Set<(error: unknown) => void>()
  let end: { reason: unknown } | undefined
  let serial = 0
  let isAuthenticated = false
  let received: Buffer = Buffer.alloc(0)

  const stop = (reason: unknown) => {
    if (end !== undefined) return
    end = { reason }
    signal.removeEventListener('abort', abort)
    socket.destroy()
    for (const { fail } of calls.values()) fail(reason)
    for (const fail of failures) fail(reason)
  }
  const abort = () => stop(signal.reason)
  const take = (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (!isAuthenticated && !takeAuthentication()) return
    for (let next = takeMessage(received); next !== undefined; next = takeMessage(received)) {
      received = next.rest
      dispatch(next.message)
    }
  }
  const takeAuthentication = (): boolean => {
    const lineEnd = received.indexOf('\r\n')
    if (lineEnd < 0 && received.length <= MAX_LINE_BYTES) return false
    const line = received.toString('latin1', 0, Math.max(lineEnd, 0))
    if (!line.startsWith('OK ')) throw new SessionBusError(line.startsWith('REJECTED') ? 'refused' : 'broken')
    received = received.subarray(lineEnd + 2)
    isAuthenticated = true
    return true
  }
  const dispatch = (message: IncomingMessage) => {
    if (message.kind === 'signal') for (const listener of listeners) listener(message)
    if (message.kind === 'return' || message.kind === 'error')
      calls.get(message.replySerial ?? 0)?.answer(message)
  }
  const call: SessionBus['call'] = (methodCall, answer = '') =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(end.reason)
      serial += 1
      const own = serial
      const settle = (act: () => void) => {
        calls.delete(own)
        act()
      }
      calls.set(own, {
        fail: (error) => settle(() => reject(error)),
        answer: (message) =>
          settle(() => {
            if (message.kind === 'error') return reject(new BusCallError(message.errorName ?? 'unknown'))
            try {
              resolve(message.arguments(answer))
            } catch (error) {
              reject(new SessionBusError('broken', { cause: error }))
            }
          }),
      })
      socket.write(formatMethodCall(own, methodCall))
    })

  signal.addEventListener('abort', abort)
  socket.on('error', (cause) => stop(new SessionBusError('broken', { cause })))
  socket.on('close', () => stop(new SessionBusError('broken')))
  socket.on('data', (chunk) => {
    try {
      take(chunk)
    } catch (error) {
      stop(error instanceof SessionBusError ? error : new SessionBusError('broken', { cause: error }))
    }
  })
  // Everything up to the first call goes out at once: the bus answers in order, and nothing that follows
  // counts before it has accepted us.
  socket.cork()
  socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(options.uid)).toString('hex')}\r\nBEGIN\r\n`)
  // Its answer holds our name on the bus, which nobody needs; a failure shows in every other call.
  call({ ...BUS, member: 'Hello' }).catch(() => undefined)
  queueMicrotask(() => socket.uncork())

  return {
    call,
    signal: (passes) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) return reject(end.reason)
        failures.add(reject)
        listeners.add(function listen(message) {
          if (!passes(message)) return
          listeners.delete(listen)
          failures.delete(reject)
          resolve(message)
        })
      }),
    close: () => stop(new SessionBusError('broken')),
  }
}

/** Asks the bus to pass on the signals that a rule describes. */
export function addMatch(bus: SessionBus, rule: string): Promise<unknown> {
  return bus.call({ ...BUS, member: 'AddMatch', signature: 's', arguments: [rule] })
}
