import { isIP } from 'node:net'

/** Reads one setting's text. @throws Error with half a sentence that says what is wrong with it. */
export type ParseSetting<T> = (text: string) => T

export const parsePort = integerBetween(0, 65_535)

/** A whole number in a range, both ends included. */
export function integerBetween(minimum: number, maximum: number): ParseSetting<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,15}$/.test(text) && value >= minimum && value <= maximum) return value
    throw new Error(`must be a whole number from ${minimum} to ${maximum}`)
  }
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: Word[]): ParseSetting<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text)
    if (word !== undefined) return word
    throw new Error(`must be one of ${words.join(', ')}`)
  }
}

/** A list of IP addresses or CIDR ranges, separated by commas; never all there are. */
export function parseAddresses(text: string): string[] {
  const addresses = text.split(',').map((address) => address.trim())
  for (const address of addresses) {
    const [ip = '', bits, ...rest] = address.split('/')
    const version = isIP(ip)
    const isRange =
      bits === undefined ||
      (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
    if (version === 0 || !isRange || rest.length > 0) {
      throw new Error('must be IP addresses or CIDR ranges, separated by commas')
    }
  }
  return addresses
}

/** Text that is there. */
export function parseText(text: string): string {
  return text
}
