import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type ApiDouble, startApiDouble } from './api-double.js'
import { type AuthServiceDouble, startAuthServiceDouble } from './auth-service-double.js'
import { type Home, makeHome } from './run-authcli.js'

/** An AuthService and an API that lie on demand, for a whole file, and a new home for each test. */
export interface Doubles {
  authService: AuthServiceDouble
  api: ApiDouble
  home: Home
}

/** Starts the doubles of a test file and stops them at its end. What they are is known within tests only. */
export function useDoubles(): Doubles {
  const doubles: Partial<Doubles> = {}
  beforeAll(async () => {
    doubles.authService = await startAuthServiceDouble()
    doubles.api = await startApiDouble(doubles.authService.issuer)
  })
  afterAll(() => Promise.all([doubles.authService?.stop(), doubles.api?.stop()]))
  beforeEach(() => {
    doubles.home = makeHome()
    doubles.authService?.forget()
    doubles.api?.forget()
  })
  afterEach(() => doubles.home?.remove())
  return doubles as Doubles
}
