import { connect, type Socket } from 'node:net'
import { sessionBusSockets } from './bus-address.js'
import {
  formatMethodCall,
  type IncomingMessage,
  MessageTooLarge,
  type MethodCall,
  takeMessage,
} from './message.js'
import { WireFormatError, type WireValue } from './wire-format.js'

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
  /** Whether calls can still be made. */
  isOpen(): boolean
  /** Says whether the process may not end while this connection is open. At first it may not. */
  holdProcess(doesHold: boolean): void
  /** Ends the connection. Everything under way rejects with the reason, at once. */
  close(reason?: unknown): void
}

/** Why there is no connection to a session bus, or no more. */
export type SessionBusProblem =
  /** The environment names none. */
  | 'no-address'
  /** Nobody listens at the address. */
  | 'stale-address'
  /** The bus does not take this user. */
  | 'refused'
  /** It went away. */
  | 'broken'
  /** It, or who answers there, does not speak as the specifications say. */
  | 'garbled'
  /** It sent a message that is larger than anything authcli asks for. */
  | 'too-large'

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
 * @throws SessionBusError
 * @see D-Bus specification, Authentication Protocol
 */
export async function openSessionBus(options: {
  env: Readonly<Record<string, string | undefined>>
  uid: number | string
}): Promise<SessionBus> {
  const socket = await connectToOneOf(sessionBusSockets(options.env)).catch((error: unknown) => {
    // Where systemd would have put one there may well be none: nobody said that there is.
    const isNamed = Boolean(options.env['DBUS_SESSION_BUS_ADDRESS'])
    throw isNamed ? error : new SessionBusError('no-address', { cause: error })
  })
  const bus = new BusConnection(socket)
  bus.introduce(options.uid)
  return bus
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

interface PendingCall {
  answered(message: IncomingMessage): void
  failed(error: unknown): void
}

class BusConnection implements SessionBus {
  readonly #socket: Socket
  readonly #calls = new Map<number, PendingCall>()
  readonly #listeners = new Set<(message: IncomingMessage) => void>()
  readonly #failures = new Set<(error: unknown) => void>()
  #end: { reason: unknown } | undefined
  #serial = 0
  #isAccepted = false
  #received: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', (cause) => this.#stop(new SessionBusError('broken', { cause })))
    socket.on('close', () => this.#stop(new SessionBusError('broken')))
    socket.on('data', (chunk) => this.#take(chunk))
  }

  /**
   * Says who we are. Nothing is waited for, and everything up to the first call goes out at once: the bus
   * answers in order, and nothing that follows counts before it has accepted us.
   */
  introduce(uid: number | string): void {
    this.#socket.cork()
    this.#socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\nBEGIN\r\n`)
    // Its answer holds our name on the bus, which nobody needs; a failure shows in every other call.
    this.call({ ...BUS, member: 'Hello' }).catch(() => undefined)
    queueMicrotask(() => this.#socket.uncork())
  }

  call(methodCall: MethodCall, answer = ''): Promise<WireValue[]> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end.reason)
      this.#serial += 1
      this.#calls.set(this.#serial, {
        failed: reject,
        answered(message) {
          if (message.kind === 'error') return reject(new BusCallError(message.errorName ?? 'unknown'))
          try {
            resolve(message.arguments(answer))
          } catch (cause) {
            reject(brokenBy(cause))
          }
        },
      })
      this.#socket.write(formatMethodCall(this.#serial, methodCall))
    })
  }

  signal(passes: (signal: IncomingMessage) => boolean): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end.reason)
      const listen = (message: IncomingMessage) => {
        if (!passes(message)) return
        this.#listeners.delete(listen)
        this.#failures.delete(reject)
        resolve(message)
      }
      this.#listeners.add(listen)
      this.#failures.add(reject)
    })
  }

  isOpen(): boolean {
    return this.#end === undefined
  }

  holdProcess(doesHold: boolean): void {
    if (doesHold) this.#socket.ref()
    else this.#socket.unref()
  }

  close(reason: unknown = new SessionBusError('broken')): void {
    this.#stop(reason)
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      if (!this.#isAccepted) this.#takeAcceptance()
      if (!this.#isAccepted) return
      for (let next = takeMessage(this.#received); next !== undefined; next = takeMessage(next.rest)) {
        this.#received = next.rest
        this.#dispatch(next.message)
      }
    } catch (error) {
      this.#stop(error instanceof SessionBusError ? error : brokenBy(error))
    }
  }

  #takeAcceptance(): void {
    const lineEnd = this.#received.indexOf('\r\n')
    if (lineEnd < 0 && this.#received.length <= MAX_LINE_BYTES) return
    const line = this.#received.toString('latin1', 0, Math.max(lineEnd, 0))
    if (!line.startsWith('OK '))
      throw new SessionBusError(line.startsWith('REJECTED') ? 'refused' : 'garbled')
    this.#received = this.#received.subarray(lineEnd + 2)
    this.#isAccepted = true
  }

  #dispatch(message: IncomingMessage): void {
    if (message.kind === 'signal') for (const listener of this.#listeners) listener(message)
    if (message.kind !== 'return' && message.kind !== 'error') return
    const serial = message.replySerial ?? 0
    const call = this.#calls.get(serial)
    this.#calls.delete(serial)
    call?.answered(message)
  }

  #stop(reason: unknown): void {
    if (this.#end !== undefined) return
    this.#end = { reason }
    this.#socket.destroy()
    for (const { failed } of this.#calls.values()) failed(reason)
    for (const failed of this.#failures) failed(reason)
  }
}

/** What came can't be a message of a bus, or not one for us. */
function brokenBy(cause: unknown): SessionBusError {
  if (cause instanceof MessageTooLarge) return new SessionBusError('too-large', { cause })
  return new SessionBusError(cause instanceof WireFormatError ? 'garbled' : 'broken', { cause })
}

/** Asks the bus to pass on the signals that a rule describes. */
export function addMatch(bus: SessionBus, rule: string): Promise<unknown> {
  return bus.call({ ...BUS, member: 'AddMatch', signature: 's', arguments: [rule] })
}
