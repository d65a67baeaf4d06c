import { join } from 'node:path'
import { type Program, startProgram } from './processes.js'
import type { Credentials } from './sign-in.js'

/** The two services of `--dev`, running. */
export interface Services {
  issuer: string
  /** The address of the BackendAPI, which is its resource identifier. */
  api: string
  /** The demo account of the AuthService. */
  account: Credentials
  authService: Program
  backendApi: Program
  /** Asks both, or those that a test has put in their places, to stop and waits until they have. */
  stop(): Promise<void>
}

export interface ServicesOptions {
  /** Where both keep their data and the file that they share. */
  folder: string
  /** How long an access token is good for. */
  accessTokenSeconds?: number
  logLevel?: string
  /** Fixed ports, to start again where they were; 0, any port, unless told. */
  ports?: { authService: number; backendApi: number }
  /** More for the environment of the AuthService. */
  authServiceEnv?: Record<string, string>
  /** Where the world knows them, when that is not where they listen. Needs `ports`. */
  places?: { issuer: string; api: string }
}

/** Starts both services as a person does who tries them out, and waits until they know each other. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { places } = options
  const authService = startAuthService(options)
  const [, issuer = ''] = await authService.line(/^auth-service: listening on (\S+)$/)
  const [, username = '', password = ''] = await authService.line(
    /demo account is (\S+), its password (\S+)$/,
  )
  const backendApi = startBackendApi(options)
  const [, address = ''] = await backendApi.line(/^backend-api: listening on (\S+)$/)
  const api = places?.api ?? address
  await authService.line(new RegExp(`knows the BackendAPI at ${api.replaceAll('.', '\\.')}$`))
  const services: Services = {
    issuer,
    api,
    account: { username, password },
    authService,
    backendApi,
    stop: async () => {
      await Promise.all([services.authService.stop(), services.backendApi.stop()])
    },
  }
  return services
}

/** Starts the AuthService of `--dev` alone, on a folder that may hold what an earlier one left. */
export function startAuthService(options: ServicesOptions): Program {
  const { accessTokenSeconds, authServiceEnv: env, ports, places } = options
  const args = [
    ...commonArguments('auth-service', ports?.authService ?? 0, options),
    ...(places === undefined ? [] : ['--issuer', places.issuer]),
    ...(accessTokenSeconds === undefined ? [] : ['--access-token-seconds', String(accessTokenSeconds)]),
  ]
  return startProgram('auth-service', args, env === undefined ? {} : { env })
}

/** Starts the BackendAPI of `--dev` alone, likewise. */
export function startBackendApi(options: ServicesOptions): Program {
  const { ports, places } = options
  return startProgram('backend-api', [
    ...commonArguments('backend-api', ports?.backendApi ?? 0, options),
    ...(places === undefined ? [] : ['--resource', places.api]),
  ])
}

function commonArguments(
  name: string,
  port: number,
  { folder, logLevel = 'info' }: ServicesOptions,
): string[] {
  const [data, devFile] = [join(folder, name), join(folder, 'dev.json')]
  return ['--dev', '--port', String(port), '--data', data, '--dev-file', devFile, '--log-level', logLevel]
}
