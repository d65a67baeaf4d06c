import { join } from 'node:path'
import { freePort } from '../support/free-port.js'
import { type Keyring, startKeyring } from '../support/keyring.js'
import { type Services, startAuthService, startServices } from '../support/services.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'
import { type AuditTrail, createAuditTrail } from './audit-trail.js'
import { type Gate, startGate } from './gate.js'
import { type Login, logIn } from './logins.js'
import { createRuns, type Runs } from './runs.js'

/** A keychain, both services, and a gate between authcli and the AuthService: all of them real. */
export interface Stage {
  folder: string
  keyring: Keyring
  services: Services
  gate: Gate
  audit: AuditTrail
  runs: Runs
  /** Logs in to a profile of its own, in the one home of this stage. */
  logIn(profile: string, kind?: 'keychain' | 'file', options?: { file?: string }): Promise<Login>
  /** Kills the AuthService, if it still runs, and starts it again on its data, for tokens of this lifetime. */
  restartAuthService(accessTokenSeconds: number): Promise<void>
  stop(): Promise<void>
}

/** Starts everything; access tokens live so long until the AuthService is started again with another lifetime. */
export async function setStage(options: { accessTokenSeconds: number }): Promise<Stage> {
  const folder = makeTemporaryFolder('prove')
  const ports = { authService: await freePort(), backendApi: await freePort() }
  const gate = await startGate(ports.authService)
  const places = { issuer: gate.origin, api: `http://127.0.0.1:${ports.backendApi}` }
  const keyring = await startKeyring()
  const fixed = { folder: folder.path, ports, places }
  const services = await startServices({ ...fixed, ...options })
  const audit = createAuditTrail()
  audit.follow(services.authService)
  return {
    folder: folder.path,
    keyring,
    services,
    gate,
    audit,
    runs: createRuns(),
    logIn: (profile, kind = 'keychain', build = {}) =>
      logIn({
        folder: join(folder.path, 'home'),
        profile,
        kind,
        keychainEnv: keyring.env,
        services,
        issuer: gate.origin,
        ...build,
      }),
    async restartAuthService(accessTokenSeconds) {
      await services.authService.stop('SIGKILL')
      services.authService = startAuthService({ ...fixed, accessTokenSeconds })
      audit.follow(services.authService)
      await services.authService.line(/^auth-service: listening on/)
    },
    async stop() {
      await services.stop()
      await keyring.stop()
      await gate.stop()
      folder.remove()
    },
  }
}
