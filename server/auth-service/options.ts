import { isIP } from 'node:net'
import { isLoopbackHost } from './loopback.js'
import { PASSWORDS_DEFAULTS } from './passwords.js'

/** One setting: how it is given, what it means, and what makes sense. */
interface Option<T> {
  /** In commander's form; absent for what must not be seen in the list of processes. */
  flag?: string
  /** The environment variable. */
  variable?: string
  /** What it does for an operator's command; absent where it does nothing. */
  commandHelp?: string
  help: string
  fallback: T
  /** @throws Error whose message goes on after the name of the flag or variable. */
  parse(text: string): T
}

const DAY = 86_400

/** Every setting of the AuthService. What the flags, the environment and `--help` know comes from here. */
export const OPTIONS = {
  dev: option({
    flag: '--dev',
    commandHelp: 'the database of --dev',
    help: 'try it out on this machine: a database of its own, a demo account, a BackendAPI that is known',
    fallback: false,
    parse: () => true,
  }),
  data: option<string | undefined>({
    flag: '--data <folder>',
    variable: 'AUTH_SERVICE_DATA',
    commandHelp: 'the folder in which the SQLite file is kept',
    help: 'where the SQLite file is kept, and with --dev the secret and the demo account',
    fallback: undefined,
    parse: text,
  }),
  devFile: option<string | undefined>({
    flag: '--dev-file <path>',
    variable: 'AUTHCLI_DEV_FILE',
    help: 'the file in which the two services of --dev find each other',
    fallback: undefined,
    parse: text,
  }),
  database: option<string | undefined>({
    flag: '--database <path>',
    variable: 'AUTH_SERVICE_DATABASE',
    commandHelp: 'the SQLite file',
    help: 'the SQLite file',
    fallback: undefined,
    parse: text,
  }),
  databaseUrl: option<string | undefined>({
    variable: 'DATABASE_URL',
    help: 'a PostgreSQL database: postgres://…',
    fallback: undefined,
    parse: postgresUrl,
  }),
  secret: option<Uint8Array | undefined>({
    variable: 'AUTH_SERVICE_SECRET',
    help: '32 random bytes in base64, from which every key of this service is derived',
    fallback: undefined,
    parse: thirtyTwoBytes,
  }),
  issuer: option<string | undefined>({
    flag: '--issuer <url>',
    variable: 'AUTH_SERVICE_ISSUER',
    help: 'the URL under which clients know this service (default: where it listens)',
    fallback: undefined,
    parse: issuer,
  }),
  host: option({
    flag: '--host <address>',
    variable: 'AUTH_SERVICE_HOST',
    help: 'the address to listen on',
    fallback: '127.0.0.1',
    parse: host,
  }),
  port: option({
    flag: '--port <number>',
    variable: 'AUTH_SERVICE_PORT',
    help: 'the port to listen on; 0 lets the system choose',
    fallback: 9000,
    parse: wholeNumber(0, 65_535),
  }),
  trustedProxies: option<readonly string[]>({
    flag: '--trusted-proxies <list>',
    variable: 'AUTH_SERVICE_TRUSTED_PROXIES',
    help: 'addresses or ranges, separated by commas, whose forwarded headers count',
    fallback: [],
    parse: addressList,
  }),
  logLevel: option({
    flag: '--log-level <level>',
    variable: 'AUTH_SERVICE_LOG_LEVEL',
    help: 'fatal, error, warn, info, debug, trace or silent',
    fallback: 'info',
    parse: logLevel,
  }),
  logFile: option<string | undefined>({
    flag: '--log-file <path>',
    variable: 'AUTH_SERVICE_LOG_FILE',
    help: 'write the log there instead of to stdout',
    fallback: undefined,
    parse: text,
  }),
  accessTokenSeconds: option({
    flag: '--access-token-seconds <number>',
    variable: 'AUTH_SERVICE_ACCESS_TOKEN_SECONDS',
    help: 'how long an access token is good for',
    fallback: 600,
    parse: wholeNumber(1, DAY),
  }),
  codeSeconds: option({
    flag: '--code-seconds <number>',
    variable: 'AUTH_SERVICE_CODE_SECONDS',
    help: 'how long an authorization code may wait for its redemption',
    fallback: 60,
    parse: wholeNumber(1, 60),
  }),
  refreshRetrySeconds: option({
    flag: '--refresh-retry-seconds <number>',
    variable: 'REFRESH_RETRY_SECONDS',
    help: 'how long a refresh token still works after its first use while no successor was used; 0: never',
    fallback: 7 * DAY,
    parse: wholeNumber(0, 365 * DAY),
  }),
  idleSeconds: option({
    flag: '--idle-seconds <number>',
    variable: 'AUTH_SERVICE_IDLE_SECONDS',
    help: 'after how long without a refresh a login ends',
    fallback: 30 * DAY,
    parse: wholeNumber(1, 3650 * DAY),
  }),
  absoluteSeconds: option({
    flag: '--absolute-seconds <number>',
    variable: 'AUTH_SERVICE_ABSOLUTE_SECONDS',
    help: 'after how long a login ends in any case',
    fallback: 365 * DAY,
    parse: wholeNumber(1, 3650 * DAY),
  }),
  browserSessionSeconds: option({
    flag: '--browser-session-seconds <number>',
    variable: 'AUTH_SERVICE_BROWSER_SESSION_SECONDS',
    help: 'how long a browser stays signed in',
    fallback: 12 * 3_600,
    parse: wholeNumber(1, 365 * DAY),
  }),
  keyDays: option({
    flag: '--key-days <number>',
    variable: 'AUTH_SERVICE_KEY_DAYS',
    help: 'after how many days new keys take the place of the old ones',
    fallback: 90,
    parse: wholeNumber(1, 3650),
  }),
  passwordsAtOnce: option({
    flag: '--passwords-at-once <number>',
    variable: 'AUTH_SERVICE_PASSWORDS_AT_ONCE',
    help: 'how many passwords are hashed at once, each in 19 MiB',
    fallback: PASSWORDS_DEFAULTS.atOnce,
    parse: wholeNumber(1, 64),
  }),
  passwordsWaiting: option({
    flag: '--passwords-waiting <number>',
    variable: 'AUTH_SERVICE_PASSWORDS_WAITING',
    help: 'how many more may wait for their turn before 503 is answered',
    fallback: PASSWORDS_DEFAULTS.waiting,
    parse: wholeNumber(0, 10_000),
  }),
}

export type OptionName = keyof typeof OPTIONS

/** The checked value of every option. */
export type OptionValues = { readonly [Name in OptionName]: ReturnType<(typeof OPTIONS)[Name]['parse']> }

function option<T>(definition: Option<T>): Option<T> {
  return definition
}

function text(value: string): string {
  return value
}

function wholeNumber(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`)
    }
    return number
  }
}

function host(value: string): string {
  if (isIP(value) === 0 && value !== 'localhost') throw new Error('must be an IP address or localhost')
  return value
}

/** @see RFC 8414 §2: https, no query, no fragment. Clients compare it as a string, so it has one spelling. */
function issuer(value: string): string {
  if (!URL.canParse(value)) throw new Error('must be a URL')
  const url = new URL(value)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    throw new Error('must be an https URL; http is for loopback addresses')
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new Error('must have no query, fragment or user')
  }
  // Every route is made from it, and to a router `:` and `*` are no letters, nor does it know %41 from A.
  if (!/^[\w.~/-]*$/.test(url.pathname))
    throw new Error('must have a path of letters, digits and . _ ~ - only')
  const canonical = url.href.replace(/\/+$/, '')
  if (value !== canonical) throw new Error(`must be written as ${canonical}`)
  return value
}

function thirtyTwoBytes(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'base64')
  const isBase64 = /^[\w+/-]+=*$/.test(value)
  if (!isBase64 || bytes.length !== 32) throw new Error('must be 32 random bytes in base64')
  return bytes
}

function postgresUrl(value: string): string {
  const protocol = URL.canParse(value) ? new URL(value).protocol : ''
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new Error('must be a postgres:// URL')
  return value
}

function addressList(value: string): readonly string[] {
  return value.split(',').map((part) => {
    const [address = '', prefix, ...rest] = part.trim().split('/')
    const family = isIP(address)
    const bits = family === 6 ? 128 : 32
    const isRange =
      prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits)
    if (family === 0 || !isRange || rest.length > 0) {
      throw new Error('must be IP addresses or ranges such as 10.0.0.0/8, separated by commas')
    }
    return part.trim()
  })
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

function logLevel(value: string): string {
  if (!LOG_LEVELS.includes(value)) throw new Error(`must be one of ${LOG_LEVELS.join(', ')}`)
  return value
}
