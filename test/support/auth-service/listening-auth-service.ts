import { buildAuthService } from '../../../server/auth-service/auth-service.js'
import type { Account } from '../../../server/auth-service/store/accounts.js'
import { freePort } from '../free-port.js'
import { type TestContext, testContext } from './test-context.js'

/** An AuthService on a loopback port, for a real browser: one account, the client `authcli` and one resource. */
export interface ListeningAuthService {
  /** Where it listens. */
  url: string
  context: TestContext
  account: Account
  close(): Promise<void>
}

/** How often a port that was just free may turn out to be taken: other tests take ports, too. */
const MAX_TRIES = 10

/** @param issuer what the pages say that they are; the address where it listens unless told otherwise. */
export async function listenAuthService(issuer?: string): Promise<ListeningAuthService> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOn(await freePort(), issuer)
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!isTaken || attempt === MAX_TRIES) throw error
    }
  }
}

/** The issuer holds the port, so it has to be known before anything listens on it. */
async function listenOn(port: number, issuer: string | undefined): Promise<ListeningAuthService> {
  const url = `http://127.0.0.1:${port}`
  const context = await testContext({ issuer: issuer ?? url })
  const account = await context.addAccount()
  await context.addClient()
  await context.addResource()
  const app = buildAuthService(context)
  const close = async () => {
    await app.close()
    await context.close()
  }
  try {
    await app.listen({ host: '127.0.0.1', port })
  } catch (error) {
    await close()
    throw error
  }
  return { url, context, account, close }
}
