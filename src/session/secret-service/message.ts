import { marshal, unmarshal, WireFormatError, type WireValue } from './wire-format.js'

/** A call of a method on an object of another program on the bus. */
export interface MethodCall {
  destination: string
  path: string
  interface: string
  member: string
  /** Types of the arguments; absent where there are none. */
  signature?: string
  arguments?: readonly WireValue[]
}

/** What the bus sent: an answer to a call, or a signal. */
export interface IncomingMessage {
  kind: 'return' | 'error' | 'signal' | 'other'
  /** The serial of the call that this answers. */
  replySerial: number | undefined
  /** The name of an error. */
  errorName: string | undefined
  path: string | undefined
  member: string | undefined
  /**
   * The first arguments, which must have these types.
   * @throws WireFormatError when they have others.
   */
  arguments(signature: string): WireValue[]
}

const LITTLE_ENDIAN = 0x6c
const PROTOCOL_VERSION = 1
const METHOD_CALL = 1
const KINDS: Readonly<Record<number, IncomingMessage['kind']>> = { 2: 'return', 3: 'error', 4: 'signal' }

/** Codes of header fields. @see D-Bus specification, Header Fields */
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 }

/** The part of a header whose length does not vary. */
const FIXED_HEADER_BYTES = 16

/** No answer that authcli asks for comes near; the specification allows 128 MiB. */
const MAX_MESSAGE_BYTES = 16 * 1_048_576

/** The bytes of a method call. The serial, not 0, is what its answer will refer to. */
export function formatMethodCall(serial: number, call: MethodCall): Buffer {
  const { signature = '' } = call
  const body = marshal(signature, call.arguments ?? [])
  const fields: WireValue[] = [
    [FIELD.path, { type: 'o', value: call.path }],
    [FIELD.interface, { type: 's', value: call.interface }],
    [FIELD.member, { type: 's', value: call.member }],
    [FIELD.destination, { type: 's', value: call.destination }],
  ]
  if (signature !== '') fields.push([FIELD.signature, { type: 'g', value: signature }])
  const header = marshal('yyyyuua(yv)', [
    LITTLE_ENDIAN,
    METHOD_CALL,
    0,
    PROTOCOL_VERSION,
    body.length,
    serial,
    fields,
  ])
  return Buffer.concat([header, Buffer.alloc(-header.length & 7), body])
}

/**
 * Takes the first message from bytes that arrived. Undefined while it is not whole.
 * @throws WireFormatError when the bytes are no message, or one of more than 16 MiB.
 */
export function takeMessage(bytes: Buffer): { message: IncomingMessage; rest: Buffer } | undefined {
  if (bytes.length < FIXED_HEADER_BYTES) return undefined
  const isLittleEndian = bytes[0] === LITTLE_ENDIAN
  if ((!isLittleEndian && bytes[0] !== 0x42) || bytes[3] !== PROTOCOL_VERSION) {
    throw new WireFormatError('what the bus sent is no message')
  }
  const numberAt = (offset: number) =>
    isLittleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)
  const bodyAt = FIXED_HEADER_BYTES + ((numberAt(12) + 7) & ~7)
  const end = bodyAt + numberAt(4)
  if (bodyAt < FIXED_HEADER_BYTES || end > MAX_MESSAGE_BYTES)
    throw new WireFormatError('a message is too large')
  if (bytes.length < end) return undefined
  return { message: parseMessage(bytes.subarray(0, end), bodyAt, isLittleEndian), rest: bytes.subarray(end) }
}

function parseMessage(bytes: Buffer, bodyAt: number, isLittleEndian: boolean): IncomingMessage {
  const header = unmarshal(bytes.subarray(0, bodyAt), 'yyyyuua(yv)', isLittleEndian)
  const fields = new Map(
    (header[6] as [number, { value: WireValue }][]).map(([code, { value }]) => [code, value] as const),
  )
  const textOf = (code: number) => {
    const value = fields.get(code)
    return typeof value === 'string' ? value : undefined
  }
  const replySerial = fields.get(FIELD.replySerial)
  return {
    kind: KINDS[bytes.readUInt8(1)] ?? 'other',
    replySerial: typeof replySerial === 'number' ? replySerial : undefined,
    errorName: textOf(FIELD.errorName),
    path: textOf(FIELD.path),
    member: textOf(FIELD.member),
    arguments(signature) {
      if (!(textOf(FIELD.signature) ?? '').startsWith(signature)) {
        throw new WireFormatError('an answer has other types than the specification says')
      }
      return unmarshal(bytes.subarray(bodyAt), signature, isLittleEndian)
    },
  }
}
