import type { ChildProcess } from 'node:child_process'
import { startChild } from '../../support/child.js'
import { freePort } from '../../support/free-port.js'
import { pinned } from '../processor.js'
import { openConnection } from './load/connection.js'
import { codeRequest } from './load/requests.js'
import type { MintRequest, ServerMessage, ServerOptions } from './servers/minting.js'

/** The processor of the server that is measured; the others sleep meanwhile. */
const SERVER_PROCESSOR = 0

/** The programs of the bench that run as processes of their own, by the name of the module that is made of each. */
export const PROGRAMS = {
  'auth-service': 'test/bench/auth-service/servers/auth-service.ts',
  'oidc-provider': 'test/bench/auth-service/servers/oidc-provider.ts',
  generator: 'test/bench/auth-service/load/generator.ts',
}

export type Programs = Record<keyof typeof PROGRAMS, string>

/** Where each program has what is asked for. */
const PATHS = {
  'auth-service': { authorization: '/auth/authorize', introspection: '/introspect' },
  'oidc-provider': { authorization: '/auth', introspection: '/token/introspection' },
}

/** The tokens of one login. */
export interface Tokens {
  access_token: string
  refresh_token: string
}

/** A server that runs. */
export interface Server {
  name: string
  program: keyof typeof PATHS
  paths: (typeof PATHS)[keyof typeof PATHS]
  port: number
  child: ChildProcess
  /** Makes authorization codes, as if somebody had signed in for each. */
  mint(request: MintRequest): Promise<string[]>
  /** Makes codes and redeems them. */
  logIn(request: MintRequest): Promise<Tokens[]>
}

/**
 * Starts a server in a process of its own and waits until it listens.
 *
 * @param isPinned whether it has one processor, and not all.
 */
export async function startServer(
  programs: Programs,
  { name, program, isPinned = true }: { name: string; program: keyof typeof PATHS; isPinned?: boolean },
  options: Omit<ServerOptions, 'port'>,
): Promise<Server> {
  const port = await freePort()
  const own = [programs[program], JSON.stringify({ ...options, port } satisfies ServerOptions)]
  const [command, args] = isPinned
    ? pinned(SERVER_PROCESSOR, process.execPath, own)
    : ([process.execPath, own] as const)
  const child = startChild(command, args, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    // oidc-provider writes advice for its operator to stderr.
    stdio: ['ignore', 'ignore', program === 'oidc-provider' ? 'ignore' : 'inherit', 'ipc'],
  })
  await next(child)

  async function mint(request: MintRequest): Promise<string[]> {
    child.send(request)
    const message = await next(child)
    return 'codes' in message ? message.codes : []
  }

  return {
    name,
    program,
    paths: PATHS[program],
    port,
    child,
    mint,
    async logIn(request) {
      const codes = await mint(request)
      const connection = await openConnection(port)
      const tokens: Tokens[] = []
      for (const code of codes) {
        const { status, body } = await connection.exchange(codeRequest('/token', code))
        if (status !== 200) throw new Error(`${name} answers a code with ${status}: ${body}`)
        tokens.push(JSON.parse(body))
      }
      connection.close()
      return tokens
    },
  }
}

/** What the server tells next. */
function next(child: ChildProcess): Promise<ServerMessage> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message: ServerMessage) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}
