import { ConfigurationError } from './errors.js'
import { parseIssuerUrl, parseResourceUrl } from './resource-url.js'
import {
  integerBetween,
  oneOf,
  type ParseSetting,
  parseAddresses,
  parsePort,
  parseText,
} from './setting-values.js'

const MAX_CLOCK_TOLERANCE_SECONDS = 60
const ONE_DAY_SECONDS = 86_400

/** A setting: its flag, its environment variable, what it means, and how its text is read. */
interface Setting<T> {
  /** Without dashes; absent for a secret, which has no place in a command line. */
  flag?: string
  placeholder?: string
  variable: string
  description: string
  parse: ParseSetting<T>
}

/** Every setting there is. The command line, the environment and the help text are made from this list. */
export const SETTINGS = {
  resource: setting('resource', 'URL', 'this API: its resource identifier', parseResourceUrl),
  issuer: setting('issuer', 'URL', 'the AuthService whose tokens count', parseIssuerUrl),
  host: setting('host', 'ADDRESS', 'where to listen (default 127.0.0.1)', parseText),
  port: setting('port', 'N', 'where to listen (default 9001; 0: any free port)', parsePort),
  database: setting('database', 'FILE', 'the SQLite file', parseText),
  validation: setting(
    'validation',
    'MODE',
    'introspection (default with credentials) or jwks',
    oneOf('introspection', 'jwks'),
  ),
  clientId: setting('client-id', 'ID', 'the introspection client', parseText),
  clientSecret: {
    variable: 'BACKEND_API_CLIENT_SECRET',
    description: 'its secret',
    parse: parseText,
  } as Setting<string>,
  clockToleranceSeconds: setting(
    'clock-tolerance-seconds',
    'N',
    'how far clocks may differ (default 0)',
    integerBetween(0, MAX_CLOCK_TOLERANCE_SECONDS),
  ),
  jwksMaxStaleSeconds: setting(
    'jwks-max-stale-seconds',
    'N',
    'how long fetched keys serve while the AuthService is away (default 3600)',
    integerBetween(0, ONE_DAY_SECONDS),
  ),
  trustedProxies: setting('trusted-proxies', 'LIST', 'whose forwarded headers count', parseAddresses),
  logLevel: setting(
    'log-level',
    'LEVEL',
    'fatal, error, warn, info (default), debug, trace, silent',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
  logFile: setting('log-file', 'PATH', 'where logs go instead of stdout', parseText),
  data: setting('data', 'DIR', 'with --dev: where the database lies', parseText),
  devFile: {
    ...setting('dev-file', 'PATH', 'with --dev: what it shares with auth-service --dev', parseText),
    variable: 'AUTHCLI_DEV_FILE',
  },
}

/** The settings that were given, each read and checked by itself. */
export type Configuration = {
  [Name in keyof typeof SETTINGS]?: ReturnType<(typeof SETTINGS)[Name]['parse']>
}

/** Flags as commander gives them: camelCase names. */
export type Flags = Partial<Record<keyof typeof SETTINGS, string>>

/**
 * Reads the settings from flags, then from the environment. An empty variable counts as absent.
 * @throws ConfigurationError that names the flag or the variable; also for a variable of ours that is none.
 */
export function readConfiguration(flags: Flags, environment: NodeJS.ProcessEnv): Configuration {
  refuseUnknownVariables(environment)
  const configuration: Record<string, unknown> = {}
  for (const [name, { flag, variable, parse }] of Object.entries(SETTINGS)) {
    const fromFlag = flags[name as keyof Flags]
    const text = fromFlag ?? (environment[variable] || undefined)
    if (text === undefined) continue
    const source = fromFlag === undefined ? variable : `--${flag}`
    try {
      if (text === '') throw new Error('must not be empty')
      configuration[name] = parse(text)
    } catch (error) {
      throw new ConfigurationError(`${source} ${(error as Error).message}`)
    }
  }
  return configuration
}

/** A misspelt variable would silently be the default. */
function refuseUnknownVariables(environment: NodeJS.ProcessEnv): void {
  const known = new Set(Object.values(SETTINGS).map(({ variable }) => variable))
  for (const variable of Object.keys(environment)) {
    if (variable.startsWith('BACKEND_API_') && !known.has(variable)) {
      throw new ConfigurationError(`${variable} is not a setting of backend-api`)
    }
  }
}

function setting<T>(
  flag: string,
  placeholder: string,
  description: string,
  parse: ParseSetting<T>,
): Setting<T> {
  return {
    flag,
    placeholder,
    variable: `BACKEND_API_${flag.toUpperCase().replaceAll('-', '_')}`,
    description,
    parse,
  }
}
