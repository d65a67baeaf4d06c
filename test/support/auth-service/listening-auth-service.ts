import { createServer } from 'node:net'
import { buildAuthService } from '../../../server/auth-service/auth-service.js'
import type { Account } from '../../../server/auth-service/store/accounts.js'
import { type TestContext, testContext } from './test-context.js'

/** An AuthService on a loopback port, for a real browser: one account, the client `authcli` and one resource. */
export interface ListeningAuthService {
  /** Where it listens. */
  url: string
  context: TestContext
  account: Account
  close(): Promise<void>
}

/** @param issuer what the pages say that they are; the address where it listens unless told otherwise. */
export async function listenAuthService(issuer?: string): Promise<ListeningAuthService> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const context = await testContext({ issuer: issuer ?? url })
  const account = await context.addAccount()
  await context.addClient()
  await context.addResource()
  const app = buildAuthService(context)
  await app.listen({ host: '127.0.0.1', port })
  return {
    url,
    context,
    account,
    async close() {
      await app.close()
      await context.close()
    },
  }
}

/** The issuer holds the port, so it has to be known before anything listens on it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return address.port
}
