import { spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../support/project-root.js'

/** What the peers are, exactly. Fastify and pino as we have them ourselves. */
const PACKAGES = {
  express: '5.3.0',
  'express-oauth2-jwt-bearer': '1.10.0',
  fastify: '5.12.8',
  '@fastify/jwt': '10.2.8',
  'get-jwks': '11.0.3',
  pino: '10.4.0',
}

/** The newest one wants a newer Node than our oldest. */
const OVERRIDES = { cookie: '1.1.1' }

const SERVERS = ['express-peer.mjs', 'fastify-peer.mjs']

/** Installs the peers in a folder with npm and puts their servers beside them. */
export function installPeers(folder: string): { express: string; fastify: string } {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies: PACKAGES, overrides: OVERRIDES }),
  )
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (npm.status !== 0) throw new Error(`the peers can't be installed:\n${npm.stderr}`)
  for (const server of SERVERS) {
    copyFileSync(join(PROJECT_ROOT, 'test/bench/backend-api/servers', server), join(folder, server))
  }
  return { express: join(folder, 'express-peer.mjs'), fastify: join(folder, 'fastify-peer.mjs') }
}

/** One line that names them. */
export function describePeers(): string {
  return Object.entries(PACKAGES)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')
}
