/**
 * Something that the operator has to put right: a wrong setting, a missing package, a name that is taken. The
 * message says what happened, in lower case and without a final period; the hint says what to type.
 */
export class OperatorError extends Error {
  readonly hint: string | undefined

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'OperatorError'
    this.hint = options.hint
  }
}
