/**
 * A value of a D-Bus type: a text for `s`, `o` and `g`; a number for `y` and `u`; a boolean for `b`; bytes for
 * `ay`; a list for any other array, a struct or a dictionary entry; and a variant together with its type.
 */
export type WireValue = string | number | boolean | Uint8Array | readonly WireValue[] | Variant

/** A value that says its own type. */
export interface Variant {
  type: string
  value: WireValue
}

/** Bytes are not what the D-Bus specification says, or of a type that no message here has. */
export class WireFormatError extends Error {}

/** Types that hold others never nest deeper than this in what we send or expect; the specification allows 64. */
const MAX_DEPTH = 8

/**
 * Marshals values, little-endian, as they stand at a boundary of 8 bytes.
 * @param signature the types of the values, one after the other
 * @see D-Bus specification, Marshaling (Wire Format)
 */
export function marshal(signature: string, values: readonly WireValue[]): Buffer {
  const writer = new WireWriter()
  const types = splitSignature(signature)
  if (types.length !== values.length) throw new WireFormatError('there are more types than values, or fewer')
  types.forEach((type, index) => {
    writer.write(type, values[index] ?? '')
  })
  return writer.bytes()
}

/**
 * Unmarshals values that stand at a boundary of 8 bytes. What follows them is left alone.
 * @throws WireFormatError when the bytes do not hold such values.
 */
export function unmarshal(bytes: Buffer, signature: string, isLittleEndian = true): WireValue[] {
  const reader = new WireReader(bytes, isLittleEndian)
  return splitSignature(signature).map((type) => reader.read(type))
}

/** Parts a signature into its complete types: `a{ss}o` into `a{ss}` and `o`. */
function splitSignature(signature: string): string[] {
  const types: string[] = []
  for (let at = 0; at < signature.length; ) {
    const end = endOfType(signature, at)
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}

function endOfType(signature: string, start: number): number {
  const first = signature[start]
  if (first === 'a') return endOfType(signature, start + 1)
  if (first !== '(' && first !== '{') {
    if (first === undefined || !'ybusogv'.includes(first)) throw new WireFormatError('a type is not known')
    return start + 1
  }
  const closing = first === '(' ? ')' : '}'
  let at = endOfType(signature, start + 1)
  while (signature[at] !== closing) at = endOfType(signature, at)
  return at + 1
}

function alignmentOf(type: string): number {
  const first = type.charAt(0)
  if (first === '(' || first === '{') return 8
  return 'ygv'.includes(first) ? 1 : 4
}

class WireWriter {
  #buffer = Buffer.alloc(1024)
  #length = 0

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  write(type: string, value: WireValue): void {
    this.#align(alignmentOf(type))
    if (type === 'y') this.#putByte(Number(value))
    else if (type === 'u') this.#putNumber(Number(value))
    else if (type === 'b') this.#putNumber(value === true ? 1 : 0)
    else if (type === 's' || type === 'o') this.#putText(String(value))
    else if (type === 'g') this.#putSignature(String(value))
    else if (type === 'v') this.#putVariant(value as Variant)
    else if (type === 'ay') this.#putBytes(value as Uint8Array)
    else if (type.startsWith('a')) this.#putArray(type.slice(1), value as readonly WireValue[])
    else this.#putFields(splitSignature(type.slice(1, -1)), value as readonly WireValue[])
  }

  #align(boundary: number): void {
    // What is not written yet is zero, which is what padding must be.
    this.#take(-this.#length & (boundary - 1))
  }

  /** Makes room and gives back where it begins. */
  #take(bytes: number): number {
    const start = this.#length
    this.#length += bytes
    if (this.#length > this.#buffer.length) {
      const larger = Buffer.alloc(2 * this.#length)
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    return start
  }

  #putByte(value: number): void {
    const at = this.#take(1)
    this.#buffer.writeUInt8(value, at)
  }

  #putNumber(value: number): void {
    const at = this.#take(4)
    this.#buffer.writeUInt32LE(value, at)
  }

  #putText(text: string): void {
    // A text ends at its first NUL: what stands behind it would be lost.
    if (text.includes('\0')) throw new WireFormatError('a text holds a NUL character')
    const length = Buffer.byteLength(text)
    this.#putNumber(length)
    const at = this.#take(length + 1)
    this.#buffer.write(text, at)
  }

  #putSignature(signature: string): void {
    this.#putByte(signature.length)
    const at = this.#take(signature.length + 1)
    this.#buffer.write(signature, at, 'latin1')
  }

  #putVariant({ type, value }: Variant): void {
    this.#putSignature(type)
    this.write(type, value)
  }

  #putBytes(bytes: Uint8Array): void {
    this.#putNumber(bytes.length)
    const at = this.#take(bytes.length)
    this.#buffer.set(bytes, at)
  }

  #putFields(types: readonly string[], values: readonly WireValue[]): void {
    types.forEach((type, index) => {
      this.write(type, values[index] ?? '')
    })
  }

  #putArray(elementType: string, elements: readonly WireValue[]): void {
    this.#putNumber(0)
    const lengthAt = this.#length - 4
    // The padding before the first element does not count as length, and is there even without elements.
    this.#align(alignmentOf(elementType))
    const start = this.#length
    for (const element of elements) this.write(elementType, element)
    this.#buffer.writeUInt32LE(this.#length - start, lengthAt)
  }
}

class WireReader {
  readonly #bytes: Buffer
  readonly #isLittleEndian: boolean
  #position = 0

  constructor(bytes: Buffer, isLittleEndian: boolean) {
    this.#bytes = bytes
    this.#isLittleEndian = isLittleEndian
  }

  read(type: string, depth = 0): WireValue {
    if (depth > MAX_DEPTH) throw new WireFormatError('types are nested too deeply')
    this.#take(-this.#position & (alignmentOf(type) - 1))
    if (type === 'y') return this.#take(1).readUInt8()
    if (type === 'u') return this.#takeNumber()
    if (type === 'b') return this.#takeNumber() === 1
    if (type === 's' || type === 'o') return this.#takeText(this.#takeNumber())
    if (type === 'g') return this.#takeText(this.#take(1).readUInt8())
    if (type === 'v') return this.#takeVariant(depth)
    if (type === 'ay') return Buffer.from(this.#take(this.#takeNumber()))
    if (type.startsWith('a')) return this.#takeArray(type.slice(1), depth)
    return splitSignature(type.slice(1, -1)).map((field) => this.read(field, depth + 1))
  }

  #take(length: number): Buffer {
    const end = this.#position + length
    if (end > this.#bytes.length) throw new WireFormatError('a message ends in the middle of a value')
    const taken = this.#bytes.subarray(this.#position, end)
    this.#position = end
    return taken
  }

  #takeNumber(): number {
    const bytes = this.#take(4)
    return this.#isLittleEndian ? bytes.readUInt32LE() : bytes.readUInt32BE()
  }

  #takeText(length: number): string {
    return this.#take(length + 1).toString('utf8', 0, length)
  }

  #takeVariant(depth: number): Variant {
    const [type, ...more] = splitSignature(this.#takeText(this.#take(1).readUInt8()))
    if (type === undefined || more.length > 0) throw new WireFormatError('a variant holds no single value')
    return { type, value: this.read(type, depth + 1) }
  }

  #takeArray(elementType: string, depth: number): WireValue[] {
    const length = this.#takeNumber()
    this.#take(-this.#position & (alignmentOf(elementType) - 1))
    const end = this.#position + length
    const elements: WireValue[] = []
    while (this.#position < end) elements.push(this.read(elementType, depth + 1))
    if (this.#position !== end) throw new WireFormatError('an array ends in the middle of an element')
    return elements
  }
}
