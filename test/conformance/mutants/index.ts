import type { Mutant } from '../mutate.js'
import { account } from './account.js'
import { authcli } from './authcli.js'
import { authorizationEndpoint } from './authorization-endpoint.js'
import { backendApi } from './backend-api.js'
import { codes } from './codes.js'
import { dataMoves } from './data-moves.js'
import { database } from './database.js'
import { device } from './device.js'
import { keys } from './keys.js'
import { library } from './library.js'
import { login } from './login.js'
import { passwords } from './passwords.js'
import { providerProtocol } from './provider-protocol.js'
import { providerSignIn } from './provider-sign-in.js'
import { rotation } from './rotation.js'
import { services } from './services.js'
import { shell } from './shell.js'
import { signIn } from './sign-in.js'
import { stores } from './stores.js'
import { tokens } from './tokens.js'

/** Every named check of the programs, each with the way to take it out and the tests that must go red. */
export const mutants: readonly Mutant[] = [
  ...authorizationEndpoint,
  ...codes,
  ...signIn,
  ...account,
  ...providerSignIn,
  ...passwords,
  ...providerProtocol,
  ...tokens,
  ...keys,
  ...device,
  ...rotation,
  ...dataMoves,
  ...database,
  ...services,
  ...backendApi,
  ...authcli,
  ...login,
  ...stores,
  ...shell,
  ...library,
]
