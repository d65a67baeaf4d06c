import { InvalidArgumentError } from 'commander'

/** Reads a whole number between two bounds from the command line. */
export function readCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d+$/.test(text) && count >= least && count <= most) return count
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}
