/**
 * Hashes and checks passwords, a bounded number at a time with a bounded queue behind it.
 * @see OWASP Password Storage Cheat Sheet, Argon2id
 */
export interface Passwords {
  /** Argon2id, PHC form. @throws PasswordsBusyError when the queue is full. */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of this hash. Without a hash (no such account) it takes as long and answers
   * false. @throws PasswordsBusyError when the queue is full.
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>
}

/** Too many passwords are being checked already; try again in a moment. */
export class PasswordsBusyError extends Error {
  readonly retryAfterSeconds = 2

  constructor() {
    super('too many passwords are being checked')
    this.name = 'PasswordsBusyError'
  }
}
