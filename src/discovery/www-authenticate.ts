/** One challenge: its scheme and parameter names in lower case, and no value repeated. */
export interface Challenge {
  scheme: string
  parameters: ReadonlyMap<string, string>
}

/** Longer headers are not read at all: no honest one comes near. */
const MAX_HEADER_CHARACTERS = 16_384

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const TOKEN68 = /[0-9A-Za-z\-._~+/]+=*(?=[ \t]*(?:,|$))/y
const QUOTED_STRING = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/y
const WHITESPACE = /[ \t]*/y
const EQUALS = /[ \t]*=[ \t]*/y
const SEPARATORS = /[ \t]*,[ \t,]*/y
const LEADING_SEPARATORS = /[ \t,]*/y

/**
 * Reads all challenges of a `WWW-Authenticate` header, of whatever schemes, in time linear in its length.
 * Undefined when the header breaks the grammar anywhere, repeats a parameter within one challenge, or is
 * longer than 16 KiB: a header that is half wrong is not half believed.
 * @see RFC 9110 §11.2, §11.3, §11.6.1
 */
export function parseChallenges(header: string): Challenge[] | undefined {
  if (header.length > MAX_HEADER_CHARACTERS) return undefined
  const scanner = createScanner(header)
  const challenges: Challenge[] = []
  scanner.take(LEADING_SEPARATORS)
  while (!scanner.isAtEnd()) {
    const challenge = takeChallenge(scanner)
    if (challenge === undefined) return undefined
    challenges.push(challenge)
    const hasSeparator = scanner.take(SEPARATORS) !== undefined
    scanner.take(WHITESPACE)
    if (!hasSeparator && !scanner.isAtEnd()) return undefined
  }
  return challenges
}

function takeChallenge(scanner: Scanner): Challenge | undefined {
  const scheme = scanner.take(TOKEN)?.[0].toLowerCase()
  if (scheme === undefined) return undefined
  const isFollowedBySpace = scanner.take(WHITESPACE)?.[0] !== ''
  if (!isFollowedBySpace || scanner.take(TOKEN68) !== undefined) return { scheme, parameters: new Map() }
  const parameters = takeParameters(scanner)
  return parameters === undefined ? undefined : { scheme, parameters }
}

function takeParameters(scanner: Scanner): Map<string, string> | undefined {
  const parameters = new Map<string, string>()
  for (;;) {
    const start = scanner.position()
    if (parameters.size > 0) scanner.take(SEPARATORS)
    const name = scanner.take(TOKEN)?.[0].toLowerCase()
    if (name === undefined || scanner.take(EQUALS) === undefined) {
      // No parameter begins here: it is the end, or the next challenge's scheme.
      scanner.goTo(start)
      return parameters
    }
    const value = scanner.take(QUOTED_STRING)?.[1]?.replace(/\\(.)/g, '$1') ?? scanner.take(TOKEN)?.[0]
    if (value === undefined || parameters.has(name)) return undefined
    parameters.set(name, value)
  }
}

interface Scanner {
  /** Matches a sticky pattern here, and moves behind it when it matches. */
  take(pattern: RegExp): RegExpExecArray | undefined
  position(): number
  goTo(position: number): void
  isAtEnd(): boolean
}

function createScanner(text: string): Scanner {
  let position = 0
  return {
    take(pattern) {
      pattern.lastIndex = position
      const match = pattern.exec(text)
      if (match === null) return undefined
      position = pattern.lastIndex
      return match
    },
    position: () => position,
    goTo(target) {
      position = target
    },
    isAtEnd: () => position >= text.length,
  }
}
