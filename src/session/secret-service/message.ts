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

/** A message is larger than anything authcli asks for. */
export class MessageTooLarge extends WireFormatError {}

const LITTLE_ENDIAN = 0x6c
const PROTOCOL_VERSION = 1
const METHOD_CALL = 1
const KINDS: Readonly<Record<number, IncomingMessage['kind']>> = { 2: 'return', 3: 'error', 4: 'signal' }

/** Codes of header fields. @see D-Bus specification, Header Fields */
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 }

/** The part of a header whose length does not vary. */
const FIXED_HEADER_BYTES = 16

/** No answer that authcli asks for comes near; the specification allows 128 MiB. */
const MAX_MESSAGE_BYTES = 1_048_576

/** Longer than any header of ours, whose parts are names and paths of a specification. */
const MAX_HEADER_BYTES = 2048

/**
 * The bytes of a method call. The serial, not 0, is what its answer will refer to. The header is laid out by
 * hand: it stands in the way of every command, and always looks alike.
 */
export function formatMethodCall(serial: number, call: MethodCall): Buffer {
  const { signature = '' } = call
  const body = marshal(signature, call.arguments ?? [])
  const header = Buffer.alloc(MAX_HEADER_BYTES)
  header.set([LITTLE_ENDIAN, METHOD_CALL, 0, PROTOCOL_VERSION])
  header.writeUInt32LE(body.length, 4)
  header.writeUInt32LE(serial, 8)
  let length = FIXED_HEADER_BYTES
  // A struct of the field's code and a variant, which is its type and then the value.
  const field = (code: number, type: 'o' | 's' | 'g', value: string) => {
    length = endOfPadding(length)
    header.set([code, 1, type.charCodeAt(0), 0], length)
    length += 4
    if (type === 'g') length = header.writeUInt8(value.length, length)
    else length = header.writeUInt32LE(value.length, length)
    length += header.write(value, length, 'latin1') + 1
  }
  field(FIELD.path, 'o', call.path)
  field(FIELD.interface, 's', call.interface)
  field(FIELD.member, 's', call.member)
  field(FIELD.destination, 's', call.destination)
  if (signature !== '') field(FIELD.signature, 'g', signature)
  header.writeUInt32LE(length - FIXED_HEADER_BYTES, 12)
  return Buffer.concat([header.subarray(0, endOfPadding(length)), body])
}

/** Bodies, and fields of headers, begin at multiples of 8 bytes. */
function endOfPadding(length: number): number {
  return (length + 7) & ~7
}

/**
 * Takes the first message from bytes that arrived. Undefined while it is not whole.
 * @throws WireFormatError when the bytes are no message; MessageTooLarge for one of more than 1 MiB.
 */
export function takeMessage(bytes: Buffer): { message: IncomingMessage; rest: Buffer } | undefined {
  if (bytes.length < FIXED_HEADER_BYTES) return undefined
  const isLittleEndian = bytes[0] === LITTLE_ENDIAN
  if ((!isLittleEndian && bytes[0] !== 0x42) || bytes[3] !== PROTOCOL_VERSION) {
    throw new WireFormatError('what the bus sent is no message')
  }
  const numberAt = (offset: number) =>
    isLittleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset)
  const bodyAt = FIXED_HEADER_BYTES + endOfPadding(numberAt(12))
  const end = bodyAt + numberAt(4)
  if (bodyAt < FIXED_HEADER_BYTES || end > MAX_MESSAGE_BYTES) throw new MessageTooLarge('of a bus')
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
