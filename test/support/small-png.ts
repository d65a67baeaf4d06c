import { crc32, deflateSync, inflateSync } from 'node:zlib'

/**
 * Makes a screenshot a quarter of its size, so that pictures can live in the repository: at most 256 colours, the most
 * frequent ones, and every other pixel in the one that is nearest.
 *
 * @param png eight bits a channel, RGB or RGBA, not interlaced: what browsers make.
 * @see PNG Specification (Third Edition) §5, §9, §11
 */
export function smallPng(png: Buffer): Buffer {
  const { width, height, channels, samples } = decode(png)
  const colours = new Map<number, number>()
  for (let at = 0; at < samples.length; at += channels) {
    const colour = samples.readUIntBE(at, 3)
    colours.set(colour, (colours.get(colour) ?? 0) + 1)
  }
  const palette = [...colours.keys()]
    .sort((one, other) => (colours.get(other) ?? 0) - (colours.get(one) ?? 0))
    .slice(0, 256)
  const indexes = new Map([...colours.keys()].map((colour) => [colour, nearest(palette, colour)]))
  // One byte before each row says that the row is not filtered, which suits palettes.
  const rows = Buffer.alloc(height * (width + 1))
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = samples.readUIntBE(pixel * channels, 3)
    rows[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = indexes.get(colour) ?? 0
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk(
      'PLTE',
      Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])),
    ),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function decode(png: Buffer): { width: number; height: number; channels: number; samples: Buffer } {
  const width = png.readUInt32BE(16)
  const height = png.readUInt32BE(20)
  const channels = png[25] === 6 ? 4 : 3
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
    }
  }
  const filtered = inflateSync(Buffer.concat(data))
  return { width, height, channels, samples: unfilter(filtered, width * channels, height, channels) }
}

/** Undoes what was done to each row to pack it better: its bytes are relative to those left of and above them. */
function unfilter(filtered: Buffer, rowBytes: number, height: number, channels: number): Buffer {
  const samples = Buffer.alloc(rowBytes * height)
  for (let row = 0; row < height; row++) {
    const filter = filtered[row * (rowBytes + 1)]
    for (let at = 0; at < rowBytes; at++) {
      const here = row * rowBytes + at
      const left = at < channels ? 0 : (samples[here - channels] ?? 0)
      const above = row === 0 ? 0 : (samples[here - rowBytes] ?? 0)
      const corner = row === 0 || at < channels ? 0 : (samples[here - rowBytes - channels] ?? 0)
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? 0] ?? 0
      samples[here] = (filtered[row * (rowBytes + 1) + 1 + at] ?? 0) + predicted
    }
  }
  return samples
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((each) => Math.abs(estimate - each)) as [
    number,
    number,
    number,
  ]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0
  let bestDistance = Number.POSITIVE_INFINITY
  for (const [index, candidate] of palette.entries()) {
    const [red, green, blue] = [16, 8, 0].map(
      (bits) => ((candidate >> bits) & 255) - ((colour >> bits) & 255),
    )
    const distance = (red ?? 0) ** 2 + (green ?? 0) ** 2 + (blue ?? 0) ** 2
    if (distance < bestDistance) [best, bestDistance] = [index, distance]
    if (distance === 0) break
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
}
