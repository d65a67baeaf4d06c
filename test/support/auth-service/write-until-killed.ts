import { openStore } from '../../../server/auth-service/store/open-store.js'
import { countFailure } from '../../../server/auth-service/store/throttles.js'

/*
 * A process that writes as fast as it can, many writes at a time, and says each one on stdout as soon as it is
 * answered: `node test/support/run-typescript.mjs test/support/auth-service/write-until-killed.ts LOCATION NAME`.
 */
const [location = '', name = ''] = process.argv.slice(2)
const store = await openStore(JSON.parse(location), Date.now)
const policy = { limit: 10, windowMs: 1000, blockMs: 1000 }

async function writeForever(lane: number): Promise<void> {
  for (let at = 0; ; at++) {
    const key = `${name}-${lane}-${at}`
    await store.write((transaction) => countFailure(transaction, key, policy, 1))
    process.stdout.write(`${key}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => writeForever(lane)))
