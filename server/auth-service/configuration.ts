import { join } from 'node:path'
import { isLoopbackHost } from './loopback.js'
import { OperatorError } from './operator-error.js'
import { OPTIONS, type OptionName, type OptionValues } from './options.js'
import type { PasswordsOptions } from './passwords.js'
import type { Settings } from './settings.js'
import type { DatabaseLocation } from './store/open-store.js'

/** Where the flags and the environment come from. */
export interface ConfigurationSources {
  /** By option name, as commander gives them. */
  flags: Readonly<Record<string, unknown>>
  env: Readonly<Record<string, string | undefined>>
  homeDirectory: string
}

/** Which database and which log, for the server and for the operator's commands. */
export interface DatabaseConfiguration {
  database: DatabaseLocation
  /** Absent where `--dev` keeps it beside the database. */
  secret: Uint8Array | undefined
  dev: DevConfiguration | undefined
  /** Absent for stdout. */
  logFile: string | undefined
  /** Absent where nobody has said it: then it follows from where the server listens. */
  issuer: string | undefined
}

/** What `--dev` adds. */
export interface DevConfiguration {
  /** The folder of the database, the secret and the demo account. */
  folder: string
  /** The file that the BackendAPI's `--dev` reads and writes too. */
  file: string
}

/** Everything that the server is started with, once it is known to make sense. */
export interface ServerConfiguration extends DatabaseConfiguration {
  host: string
  /** 0 lets the system choose. */
  port: number
  logLevel: string
  passwords: PasswordsOptions
  /** After how many days new keys take the place of the old ones. */
  keyDays: number
  /** All settings but those that are known only when the server starts. */
  settings: Omit<Settings, 'issuer' | 'secret'>
}

const DATABASE_FILE = 'auth-service.sqlite'

/**
 * Reads and checks what the operator's commands need: flag, then environment, then default.
 * @throws OperatorError that names the flag or variable that makes no sense.
 */
export function readDatabaseConfiguration(sources: ConfigurationSources): DatabaseConfiguration {
  const values = readOptions(sources)
  const { logFile, issuer } = values
  if (values.dev) return { ...devDatabase(devConfiguration(values, sources)), logFile, issuer }
  return { database: productionDatabase(values), secret: values.secret, dev: undefined, logFile, issuer }
}

/**
 * Reads and checks everything that the server needs.
 * @throws OperatorError that names the flag or variable that makes no sense.
 */
export function readServerConfiguration(sources: ConfigurationSources): ServerConfiguration {
  const values = readOptions(sources)
  const database = readDatabaseConfiguration(sources)
  refuseSecretlessServer(values)
  refuseUnreachableIssuer(values)
  refuseLongIdleTime(values)
  return {
    ...database,
    host: values.host,
    port: values.port,
    logLevel: values.logLevel,
    passwords: { atOnce: values.passwordsAtOnce, waiting: values.passwordsWaiting },
    keyDays: values.keyDays,
    settings: {
      accessTokenSeconds: values.accessTokenSeconds,
      codeSeconds: values.codeSeconds,
      // A retry never outlives the grant.
      refreshRetrySeconds: Math.min(values.refreshRetrySeconds, values.idleSeconds),
      grantIdleSeconds: values.idleSeconds,
      grantAbsoluteSeconds: values.absoluteSeconds,
      browserSessionSeconds: values.browserSessionSeconds,
      trustedProxies: values.trustedProxies,
      dev: values.dev,
    },
  }
}

/** The issuer of a server that was told none: where it listens. */
export function issuerOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function readOptions({ flags, env }: ConfigurationSources): OptionValues {
  refuseUnknownVariables(env)
  const names = Object.keys(OPTIONS) as OptionName[]
  return Object.fromEntries(names.map((name) => [name, readOption(name, flags, env)])) as OptionValues
}

/** A misspelt variable would silently be the default: a limit that was meant to be lower, a proxy that was meant to count. */
function refuseUnknownVariables(env: ConfigurationSources['env']): void {
  const known = new Set(Object.values(OPTIONS).map(({ variable }) => variable))
  const unknown = Object.keys(env).find((name) => name.startsWith('AUTH_SERVICE_') && !known.has(name))
  if (unknown !== undefined) throw new OperatorError(`${unknown} is not a setting of auth-service`)
}

function readOption(
  name: OptionName,
  flags: ConfigurationSources['flags'],
  env: ConfigurationSources['env'],
): unknown {
  const { flag, variable, fallback, parse } = OPTIONS[name]
  if (flags[name] === true) return true
  const source =
    typeof flags[name] === 'string'
      ? { from: flag?.split(' ')[0] ?? name, text: flags[name] }
      : // An empty variable is one that was meant to be unset.
        variable !== undefined && env[variable]
        ? { from: variable, text: env[variable] }
        : undefined
  if (source === undefined) return fallback
  try {
    return parse(source.text)
  } catch (error) {
    // Not the text itself: it may be a secret that was set under the wrong name.
    throw new OperatorError(`${source.from} ${error instanceof Error ? error.message : 'makes no sense'}`)
  }
}

function devConfiguration(
  values: OptionValues,
  { flags, env, homeDirectory }: ConfigurationSources,
): DevConfiguration {
  if (flags['database'] !== undefined) {
    throw new OperatorError('--dev has a database of its own', { hint: 'choose its folder with --data' })
  }
  if (!isLoopbackHost(values.host)) throw new OperatorError('--dev listens on a loopback address only')
  if (values.issuer !== undefined && !isLoopbackHost(new URL(values.issuer).hostname)) {
    throw new OperatorError('--dev takes an issuer on a loopback address only')
  }
  const state = join(env['XDG_STATE_HOME'] || join(homeDirectory, '.local/state'), 'authcli')
  return {
    folder: values.data ?? join(state, 'auth-service'),
    file: values.devFile ?? join(state, 'dev.json'),
  }
}

// Whatever the environment says: a demo account has no business in a database that it was meant for.
function devDatabase(dev: DevConfiguration) {
  return { database: { path: join(dev.folder, DATABASE_FILE) }, secret: undefined, dev }
}

function productionDatabase({ database, data, databaseUrl }: OptionValues): DatabaseLocation {
  const path = database ?? (data && join(data, DATABASE_FILE))
  if (path !== undefined && databaseUrl !== undefined) {
    throw new OperatorError('DATABASE_URL names one database and AUTH_SERVICE_DATABASE another', {
      hint: 'unset one of them',
    })
  }
  if (databaseUrl !== undefined) return { url: databaseUrl }
  if (path !== undefined) return { path }
  throw new OperatorError('no database is named', {
    hint: 'set DATABASE_URL or AUTH_SERVICE_DATABASE, or try it out with --dev',
  })
}

function refuseSecretlessServer(values: OptionValues): void {
  if (values.secret !== undefined || values.dev) return
  throw new OperatorError('AUTH_SERVICE_SECRET is not set', {
    hint: 'make one with `openssl rand -base64 32` and keep it: the database is worth nothing without it',
  })
}

function refuseUnreachableIssuer(values: OptionValues): void {
  if (values.issuer !== undefined || isLoopbackHost(values.host)) return
  throw new OperatorError('AUTH_SERVICE_ISSUER is not set', {
    hint: 'name the https URL under which people reach this server',
  })
}

function refuseLongIdleTime(values: OptionValues): void {
  if (values.idleSeconds <= values.absoluteSeconds) return
  throw new OperatorError('AUTH_SERVICE_IDLE_SECONDS must not be more than AUTH_SERVICE_ABSOLUTE_SECONDS')
}
