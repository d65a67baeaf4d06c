import type { Configuration } from './configuration.js'
import { ConfigurationError } from './errors.js'

/** The running BackendAPI's settings, checked once by `configuration.ts`. */
export interface Settings {
  /** The resource identifier (RFC 8707, RFC 9728) in canonical form; a path in it is the prefix of every route. */
  resource: string
  /** The AuthService whose tokens count, compared as an exact string. May have a path. */
  issuer: string
  host: string
  /** 0 lets the system choose. */
  port: number
  /** The SQLite file. */
  databaseFile: string
  validation: ValidationSettings
  /** Addresses or CIDR ranges whose forwarded headers count. */
  trustedProxies: readonly string[]
  logLevel: string
  /** Without it, logs go to stdout. */
  logFile: string | undefined
  /** Loopback only; a new account finds a few sample items. */
  dev: boolean
}

/** How access tokens are validated. The mode never changes while the program runs. */
export interface ValidationSettings {
  /**
   * `introspection`: the AuthService is asked about each token (RFC 7662), its answer is good for 5 s at most.
   * `jwks`: only the published keys are fetched; a revoked token works until its `exp`.
   */
  mode: 'introspection' | 'jwks'
  /** Why this mode, for the log line at start. */
  reason: string
  /** What the BackendAPI asks with: there in introspection mode, and only there. */
  credentials: ClientCredentials | undefined
  /** How far the two clocks may differ, 0 to 60. */
  clockToleranceSeconds: number
  /** For how long fetched keys may be used while the AuthService is away. */
  jwksMaxStaleSeconds: number
}

export interface ClientCredentials {
  clientId: string
  clientSecret: string
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 9001
const DEFAULT_JWKS_MAX_STALE_SECONDS = 3_600

/**
 * The settings outside of development: what has no sensible default must be given.
 * @throws ConfigurationError that names what is missing or does not go together.
 */
export function productionSettings(configuration: Configuration): Settings {
  if (configuration.data !== undefined) throw new ConfigurationError('--data needs --dev')
  return {
    ...commonSettings(configuration),
    resource: required(configuration.resource, 'resource', 'RESOURCE'),
    issuer: required(configuration.issuer, 'issuer', 'ISSUER'),
    databaseFile: required(configuration.database, 'database', 'DATABASE'),
    validation: validationSettings(configuration, undefined),
    dev: false,
  }
}

/** What has the same defaults everywhere. */
export function commonSettings(configuration: Configuration) {
  return {
    host: configuration.host ?? DEFAULT_HOST,
    port: configuration.port ?? DEFAULT_PORT,
    trustedProxies: configuration.trustedProxies ?? [],
    logLevel: configuration.logLevel ?? 'info',
    logFile: configuration.logFile,
  }
}

/**
 * Chooses the mode: the one that was asked for, else introspection where there are credentials for it, else jwks.
 * @throws ConfigurationError for half of the credentials, or introspection without any.
 */
export function validationSettings(
  configuration: Configuration,
  devCredentials: ClientCredentials | undefined,
): ValidationSettings {
  const credentials = clientCredentials(configuration) ?? devCredentials
  const mode = configuration.validation ?? (credentials ? 'introspection' : 'jwks')
  if (mode === 'introspection' && !credentials) {
    throw new ConfigurationError(
      'BACKEND_API_VALIDATION is introspection, which needs BACKEND_API_CLIENT_ID and BACKEND_API_CLIENT_SECRET',
    )
  }
  const whether = credentials ? 'there are' : 'there are no'
  return {
    mode,
    reason: configuration.validation ? 'it was asked for' : `${whether} introspection credentials`,
    credentials: mode === 'introspection' ? credentials : undefined,
    clockToleranceSeconds: configuration.clockToleranceSeconds ?? 0,
    jwksMaxStaleSeconds: configuration.jwksMaxStaleSeconds ?? DEFAULT_JWKS_MAX_STALE_SECONDS,
  }
}

function clientCredentials({ clientId, clientSecret }: Configuration): ClientCredentials | undefined {
  if (clientId === undefined && clientSecret === undefined) return undefined
  return {
    clientId: required(clientId, 'client-id', 'CLIENT_ID'),
    clientSecret: required(clientSecret, undefined, 'CLIENT_SECRET'),
  }
}

function required<T>(value: T | undefined, flag: string | undefined, variable: string): T {
  if (value !== undefined) return value
  throw new ConfigurationError(`BACKEND_API_${variable}${flag ? ` or --${flag}` : ''} is missing`)
}
