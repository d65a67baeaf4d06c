import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Program, startProgram } from '../processes.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../temporary-folder.js'
import { type AuthServiceDouble, startAuthServiceDouble } from './auth-service-double.js'
import { makeSigner } from './signer.js'

/** The built program as a process, in front of an AuthService double, and a way to be let in. */
export interface BuiltApi {
  folder: TemporaryFolder
  authService: AuthServiceDouble
  /** Starts the program on the data that earlier ones left. */
  start(): Promise<{ program: Program; url: string }>
  /** The headers of a person with all scopes at the API with this URL. */
  personAt(url: string): Promise<{ authorization: string }>
  close(): Promise<void>
}

export async function prepareBuiltApi(): Promise<BuiltApi> {
  const folder = makeTemporaryFolder('backend-api')
  const authService = await startAuthServiceDouble()
  const signer = await makeSigner('ES256', 'key')
  authService.signers.push(signer)
  return {
    folder,
    authService,
    async start() {
      const program = startProgram(
        'backend-api',
        ['--dev', '--port', '0', '--issuer', authService.issuer, '--log-file', join(folder.path, 'log')],
        { env: { HOME: folder.path } },
      )
      const [, url = ''] = await program.line(/^backend-api: listening on (http:\/\/\S+)$/)
      return { program, url }
    },
    async personAt(url) {
      const iat = Math.floor(Date.now() / 1000)
      const token = await signer.sign({
        iss: authService.issuer,
        sub: 'account-1',
        aud: url,
        client_id: 'authcli',
        jti: randomUUID(),
        iat,
        exp: iat + 600,
        scope: 'items:read items:write',
      })
      return { authorization: `Bearer ${token}` }
    },
    async close() {
      await authService.close()
      folder.remove()
    },
  }
}
