import { openStore } from '../../../server/auth-service/store/open-store.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { startPostgres } from '../postgres.js'
import { type Program, startProgram } from '../processes.js'
import { type RoundRobin, startRoundRobin } from '../round-robin.js'

/** The secret of the replicas, as that of the test context. */
export const REPLICAS_SECRET = Buffer.alloc(32, 1)

const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)/

/** Several AuthServices in processes of their own, on one PostgreSQL database, behind a load balancer. */
export interface Replicas {
  /** Where the load balancer is. */
  issuer: string
  balancer: RoundRobin
  /** On the same database, for what a test puts there and looks up. */
  store: Store
  /** Kills the next one at once, and starts it anew; resolves when it listens. */
  killOne(): Promise<void>
  stop(): Promise<void>
}

export async function startReplicas(count: number): Promise<Replicas> {
  const postgres = await startPostgres()
  const url = await postgres.createDatabase()
  const balancer = await startRoundRobin()
  const issuer = balancer.url
  const start = async () => {
    const program = startProgram('auth-service', ['--issuer', issuer, '--port', '0'], {
      env: { DATABASE_URL: url, AUTH_SERVICE_SECRET: REPLICAS_SECRET.toString('base64') },
    })
    const [, port] = await program.line(LISTENING)
    return { program, port: Number(port) }
  }
  const programs: Program[] = []
  for (const { program, port } of await Promise.all(Array.from({ length: count }, start))) {
    programs.push(program)
    balancer.ports.push(port)
  }
  const store = await openStore({ url }, Date.now)
  let kills = 0
  return {
    issuer,
    balancer,
    store,
    async killOne() {
      const index = kills++ % count
      await programs[index]?.stop('SIGKILL')
      const { program, port } = await start()
      programs[index] = program
      balancer.ports[index] = port
    },
    async stop() {
      await store.close()
      await Promise.all(programs.map((program) => program.stop()))
      await balancer.close()
      await postgres.stop()
    },
  }
}
