import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A value that only two parties may know, and what it is, for the message when a third one does. */
export interface Secret {
  what: string
  value: string
}

/** Something that a run left behind. */
export interface Trail {
  where: string
  bytes: Buffer
}

const MIN_BYTES = 8

/** Everything below a folder, the content of every file. */
export function readTrails(folder: string): Trail[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ where: path.slice(folder.length + 1), bytes: readFileSync(path) }))
}

/** The command lines of every process of this machine, where the system tells them. */
export function readCommandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // It has ended since.
        return ''
      }
    })
    .join('\n')
}

/**
 * Tells which secrets lie in a trail, in the spellings in which they could be of use: as they are, URL-encoded,
 * and, where they are base64url, as bytes, hexadecimal digits and base64.
 */
export function findSecrets(secrets: readonly Secret[], { where, bytes }: Trail): string[] {
  return secrets
    .filter(({ value }) => spellings(value).some((each) => bytes.includes(each)))
    .map(({ what }) => `${what} in ${where}`)
}

function spellings(value: string): Buffer[] {
  const decoded = Buffer.from(value, 'base64url')
  const isBase64url = decoded.length >= MIN_BYTES && decoded.toString('base64url') === value
  return [
    Buffer.from(value),
    Buffer.from(encodeURIComponent(value)),
    ...(isBase64url
      ? [decoded, Buffer.from(decoded.toString('hex')), Buffer.from(decoded.toString('base64'))]
      : []),
  ]
}
