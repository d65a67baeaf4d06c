import type { ChildProcess } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { Account } from '../../../server/backend-api/store/accounts.js'
import { startChild } from '../../support/child.js'
import { LOAD_PROCESSOR } from '../load.js'
import { pinned } from '../processor.js'
import type { Programs } from './programs.js'

/** The processor of the server that is measured; the others sleep meanwhile. */
const SERVER_PROCESSOR = 0
const POLL_INTERVAL_MS = 50

export const VARIANTS = ['unprotected', 'jwks', 'introspection', 'express', 'fastify'] as const

export type VariantName = (typeof VARIANTS)[number]

/** A running server, and the page that is asked for. */
export interface Variant {
  name: VariantName
  url: string
  child: ChildProcess
}

export interface Surroundings {
  programs: Programs
  peers: { express: string; fastify: string }
  account: Account
  database: string
  resource: string
  logFile: (name: string) => string
}

/** Starts one variant in a process of its own and waits until it listens. */
export async function startVariant(name: VariantName, surroundings: Surroundings): Promise<Variant> {
  const port = await freePort()
  const [program, args, environment] = commandOf(name, String(port), surroundings)
  const child = startServer(SERVER_PROCESSOR, program, args, environment)
  const url = `http://127.0.0.1:${port}/items?limit=100`
  await untilListening(url, child)
  return { name, url, child }
}

/** Starts the AuthService that they all ask, away from the processor that is measured. */
export async function startAuthService(
  program: string,
  port: number,
  publicJwk: string,
): Promise<ChildProcess> {
  const child = startServer(LOAD_PROCESSOR, program, [String(port), publicJwk], {})
  await untilListening(`http://127.0.0.1:${port}/jwks`, child)
  return child
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

function commandOf(
  name: VariantName,
  port: string,
  { programs, peers, account, database, resource, logFile }: Surroundings,
): [string, string[], Record<string, string>] {
  const log = logFile(name)
  switch (name) {
    case 'unprotected':
      return [programs.unprotected, [port, database, log, account.issuer, account.subject], {}]
    case 'jwks':
    case 'introspection':
      return [
        programs['backend-api'],
        ['--port', port, '--database', database, '--log-file', log, '--resource', resource],
        {
          BACKEND_API_ISSUER: account.issuer,
          BACKEND_API_VALIDATION: name,
          BACKEND_API_CLIENT_ID: 'bench',
          BACKEND_API_CLIENT_SECRET: 'bench',
        },
      ]
    case 'express':
    case 'fastify':
      return [peers[name], [port, database, log, account.issuer, resource, programs.rows], {}]
  }
}

function startServer(
  processor: number,
  program: string,
  args: readonly string[],
  environment: Record<string, string>,
): ChildProcess {
  const [command, all] = pinned(processor, process.execPath, [program, ...args])
  return startChild(command, all, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Connects until that works. */
async function untilListening(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    if (await canConnect(url)) return
    await setTimeout(POLL_INTERVAL_MS)
  }
  throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`)
}

function canConnect(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
