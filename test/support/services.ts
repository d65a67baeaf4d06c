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
  /** Asks both to stop and waits until they have. */
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
}

/** Starts both services as a person does who tries them out, and waits until they know each other. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const authService = startAuthService(options)
  const [, issuer = ''] = await authService.line(/^auth-service: listening on (\S+)$/)
  const [, username = '', password = ''] = await authService.line(
    /demo account is (\S+), its password (\S+)$/,
  )
  const backendApi = startBackendApi(options)
  const [, api = ''] = await backendApi.line(/^backend-api: listening on (\S+)$/)
  await authService.line(new RegExp(`knows the BackendAPI at ${api.replaceAll('.', '\\.')}$`))
  return {
    issuer,
    api,
    account: { username, password },
    authService,
    backendApi,
    stop: async () => {
      await Promise.all([authService.stop(), backendApi.stop()])
    },
  }
}

/** Starts the AuthService of `--dev` alone, on a folder that may hold what an earlier one left. */
export function startAuthService({ folder, accessTokenSeconds, logLevel, ports }: ServicesOptions): Program {
  return startProgram('auth-service', [
    ...commonArguments(folder, 'auth-service', ports?.authService ?? 0, logLevel),
    ...(accessTokenSeconds === undefined ? [] : ['--access-token-seconds', String(accessTokenSeconds)]),
  ])
}

/** Starts the BackendAPI of `--dev` alone, likewise. */
export function startBackendApi({ folder, logLevel, ports }: ServicesOptions): Program {
  return startProgram('backend-api', commonArguments(folder, 'backend-api', ports?.backendApi ?? 0, logLevel))
}

function commonArguments(folder: string, name: string, port: number, logLevel = 'info'): string[] {
  const [data, devFile] = [join(folder, name), join(folder, 'dev.json')]
  return ['--dev', '--port', String(port), '--data', data, '--dev-file', devFile, '--log-level', logLevel]
}
