import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { sessionBusSockets } from '../../src/session/secret-service/bus-address.js'
import { formatMethodCall } from '../../src/session/secret-service/message.js'
import { marshal, unmarshal, type WireValue } from '../../src/session/secret-service/wire-format.js'

/** What a program on the bus answers to a call: values, an error, or nothing ever. */
export type Answer = { signature: string; values: WireValue[] } | { error: string } | 'nothing'

/** A Secret Service that says what a test wants, on a real bus. */
export interface OwnSecretService {
  /** Sends a signal to everybody who listens. */
  signal(path: string, member: string, signature: string, values: WireValue[]): void
  /** Leaves the bus, as a program does that ends. */
  stop(): void
}

const NAME = 'org.freedesktop.secrets'
const PROMPT = 'org.freedesktop.Secret.Prompt'
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}

/** Types of messages, and codes of their header fields, by the D-Bus specification. */
const METHOD_CALL = 1
const METHOD_RETURN = 2
const ERROR = 3
const SIGNAL = 4
const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  sender: 7,
  signature: 8,
}

/** Flags of `RequestName`. */
const MAY_BE_REPLACED = 1
const REPLACES = 2

/** What an honest service with one item, a session in the open, answers. */
function honestAnswer(member: string): Answer {
  if (member === 'OpenSession') return { signature: 'vo', values: [{ type: 's', value: '' }, '/session/1'] }
  if (member === 'SearchItems') return { signature: 'aoao', values: [['/item/1'], []] }
  if (member === 'GetSecret') return secretAnswer(Buffer.from('{}'))
  return { error: 'org.freedesktop.DBus.Error.UnknownMethod' }
}

/** The answer to `GetSecret`. */
export function secretAnswer(secret: Buffer): Answer {
  return { signature: '(oayays)', values: [['/session/1', Buffer.alloc(0), secret, 'text/plain']] }
}

/**
 * Takes the name of the Secret Service on a bus, in place of whoever took it in the same way.
 * @param answer what to say to a call of a method; undefined: what an honest service would
 */
export async function startOwnSecretService(
  env: Record<string, string>,
  answer: (member: string, service: OwnSecretService) => Answer | undefined,
): Promise<OwnSecretService> {
  const [path = ''] = sessionBusSockets(env)
  const socket = connect(path)
  await once(socket, 'connect')
  let serial = 2
  const service: OwnSecretService = {
    stop: () => void socket.destroy(),
    signal(path, member, signature, values) {
      const fields = [
        [FIELD.path, { type: 'o', value: path }],
        [FIELD.interface, { type: 's', value: PROMPT }],
        [FIELD.member, { type: 's', value: member }],
      ]
      send(SIGNAL, fields, signature, values)
    },
  }
  socket.on('error', () => undefined)
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
  socket.write(`\0AUTH EXTERNAL ${uid}\r\nBEGIN\r\n`)
  socket.write(formatMethodCall(1, { ...BUS, member: 'Hello' }))
  socket.write(
    formatMethodCall(2, {
      ...BUS,
      member: 'RequestName',
      signature: 'su',
      arguments: [NAME, MAY_BE_REPLACED | REPLACES],
    }),
  )
  await new Promise<void>((resolve) => {
    onMessages(socket, (message) => {
      const fields = message.fields
      if (message.type === METHOD_RETURN && fields.get(FIELD.replySerial) === 2) resolve()
      if (message.type !== METHOD_CALL) return
      const member = String(fields.get(FIELD.member))
      const said = answer(member, service) ?? honestAnswer(member)
      if (said === 'nothing') return
      const isError = 'error' in said
      const back = [
        [FIELD.replySerial, { type: 'u', value: message.serial }],
        [FIELD.destination, { type: 's', value: fields.get(FIELD.sender) ?? '' }],
      ]
      if (isError) send(ERROR, [...back, [FIELD.errorName, { type: 's', value: said.error }]], '', [])
      else send(METHOD_RETURN, back, said.signature, said.values)
    })
  })
  return service

  function send(type: number, fields: WireValue[], signature: string, values: readonly WireValue[]): void {
    serial += 1
    const body = marshal(signature, values)
    const all = signature === '' ? fields : [...fields, [FIELD.signature, { type: 'g', value: signature }]]
    const header = marshal('yyyyuua(yv)', [0x6c, type, 0, 1, body.length, serial, all])
    socket.write(Buffer.concat([header, Buffer.alloc(-header.length & 7), body]))
  }
}

interface Message {
  type: number
  serial: number
  fields: Map<number, WireValue>
}

/** Calls back with every message that comes, once the bus has let us in. */
function onMessages(socket: Socket, take: (message: Message) => void): void {
  let received = Buffer.alloc(0)
  let isLetIn = false
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    if (!isLetIn) {
      const lineEnd = received.indexOf('\r\n')
      if (lineEnd < 0) return
      received = received.subarray(lineEnd + 2)
      isLetIn = true
    }
    while (received.length >= 16) {
      const end = 16 + ((received.readUInt32LE(12) + 7) & ~7) + received.readUInt32LE(4)
      if (received.length < end) return
      const [serial, fields] = unmarshal(received.subarray(8, end), 'ua(yv)')
      take({
        type: received[1] ?? 0,
        serial: Number(serial),
        fields: new Map(
          (fields as [number, { value: WireValue }][]).map(([code, { value }]) => [code, value]),
        ),
      })
      received = received.subarray(end)
    }
  })
}
