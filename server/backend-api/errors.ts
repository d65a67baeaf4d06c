/** A setting is missing or makes no sense. The message names the variable or the flag. Exit code 2. */
export class ConfigurationError extends Error {
  readonly exitCode = 2

  constructor(message: string) {
    super(message)
    this.name = 'ConfigurationError'
  }
}

/** The settings are fine, but what they name is not: a port in use, a database of a newer version. Exit code 1. */
export class StartError extends Error {
  readonly exitCode = 1

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'StartError'
  }
}
