import { availableParallelism } from 'node:os'
import { OperatorError } from './operator-error.js'

/**
 * Hashes and checks passwords, a bounded number at a time with a bounded queue behind it.
 * @see OWASP Password Storage Cheat Sheet, Argon2id
 */
export interface Passwords {
  /**
   * Argon2id, PHC form.
   * @throws PasswordsBusyError when the queue is full; RangeError for more than `MAX_PASSWORD_BYTES`.
   */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of this hash. Without a hash (no such account, or one without a password) it takes as long and answers
   * false. @throws PasswordsBusyError when the queue is full.
   */
  verify(passwordHash: string | null | undefined, password: string): Promise<boolean>
}

/** Too many passwords are being checked already; try again in a moment. */
export class PasswordsBusyError extends Error {
  readonly retryAfterSeconds = 2

  constructor() {
    super('too many passwords are being checked')
    this.name = 'PasswordsBusyError'
  }
}

/** The slow hash: Argon2id, or what a test puts in its place. */
export interface PasswordHasher {
  hash(password: string): Promise<string>
  verify(passwordHash: string, password: string): Promise<boolean>
}

export interface PasswordsOptions {
  /** How many are hashed at once. Each takes a thread of libuv's pool and 19 MiB. */
  atOnce: number
  /** How many may wait beyond those. */
  waiting: number
}

/**
 * One processor is left to everybody else: on two, with two passwords at once, a flood of sign-ins makes a refresh take
 * five times as long, and no sign-in is quicker for it. More than two would take libuv's threads from files and name
 * look-ups. 32 waiting are about half a second of work.
 */
export const PASSWORDS_DEFAULTS: PasswordsOptions = {
  atOnce: Math.min(2, Math.max(1, availableParallelism() - 1)),
  waiting: 32,
}

/** Beyond this a password is not hashed, so that nobody makes us hash a megabyte. */
export const MAX_PASSWORD_BYTES = 1024

/**
 * Passwords on the given hasher. Both spellings of an accented letter are the same password (NFC). One over
 * 1024 bytes is never right.
 */
export async function createPasswords(
  hasher: PasswordHasher,
  { atOnce, waiting }: PasswordsOptions = PASSWORDS_DEFAULTS,
): Promise<Passwords> {
  // What an unknown account is checked against, so that it costs the same as a known one.
  const nobody = await hasher.hash('the password of nobody')
  const turn = createTurns(atOnce, waiting)
  return {
    async hash(password) {
      if (isTooLong(password)) throw new RangeError(`a password has at most ${MAX_PASSWORD_BYTES} bytes`)
      return turn(() => hasher.hash(canonical(password)))
    },
    async verify(passwordHash, password) {
      const matches = await turn(() => hasher.verify(passwordHash ?? nobody, canonical(password)))
      return matches && typeof passwordHash === 'string' && !isTooLong(password)
    },
  }
}

/** @throws OperatorError when the package with Argon2 is not installed. */
export async function loadArgon2id(): Promise<PasswordHasher> {
  try {
    const { hash, verify } = await import('@node-rs/argon2')
    // OWASP's first choice: Argon2id (its number is 2), 19 MiB, two passes, one lane.
    const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
    return {
      hash: (password) => hash(password, cost),
      verify: (passwordHash, password) => verify(passwordHash, password),
    }
  } catch (error) {
    throw new OperatorError('the package @node-rs/argon2, which hashes passwords, is not installed', {
      hint: 'npm install @node-rs/argon2',
      cause: error,
    })
  }
}

export function isTooLong(password: string): boolean {
  return Buffer.byteLength(password.normalize('NFC')) > MAX_PASSWORD_BYTES
}

// One that is too long costs what any other does, and is wrong whatever the hash says.
function canonical(password: string): string {
  return isTooLong(password) ? '' : password.normalize('NFC')
}

function createTurns(atOnce: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const queue: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new PasswordsBusyError()
      // Whoever finishes passes its turn on, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else {
      running++
    }
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
