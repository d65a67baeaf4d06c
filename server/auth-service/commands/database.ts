import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type ConfigurationSources, readDatabaseConfiguration } from '../configuration.js'
import { devSecret } from '../dev-secret.js'
import type { Edges } from '../edges.js'
import { OperatorError } from '../operator-error.js'
import { OPTIONS } from '../options.js'
import { isDatabaseUnavailable, messageOf } from '../store/database-unavailable.js'
import { openStore } from '../store/open-store.js'
import type { Store } from '../store/store.js'
import { loadKeyRing } from '../tokens/key-ring.js'

/** Lets a command name the database with the same flags as the server. */
export function withDatabaseOptions(command: Command): Command {
  for (const { flag, commandHelp } of Object.values(OPTIONS)) {
    if (flag !== undefined && commandHelp !== undefined) command.option(flag, commandHelp)
  }
  return command
}

/**
 * Opens the database that the flags and the environment name, does the work, and closes it. One of an older version
 * stays as it is, and is refused: servers of that version may run on it.
 * @throws OperatorError besides what the work throws.
 */
export async function withStore(
  edges: Edges,
  command: Command,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = await openStore(
    readDatabaseConfiguration(configurationSources(edges, command)).database,
    edges.now,
  )
  try {
    await work(store)
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    throw new OperatorError(`the database went away: ${messageOf(error)}`, {
      hint: 'whether the last change took place is not known: look before you try again',
      cause: error,
    })
  } finally {
    await store.close()
  }
}

/**
 * As `withStore`, for work that only reads. A SQLite file that is not there is not made: its name is mistyped.
 * @throws OperatorError for that.
 */
export async function withExistingStore(
  edges: Edges,
  command: Command,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const { database } = readDatabaseConfiguration(configurationSources(edges, command))
  if ('path' in database && !existsSync(database.path)) {
    throw new OperatorError(`there is no database ${database.path}`, {
      hint: 'name it with --database, --data or AUTH_SERVICE_DATABASE',
    })
  }
  return withStore(edges, command, work)
}

/**
 * As `withStore`, for work that needs the secret of the server.
 * @throws OperatorError when the secret is not the one that this database is used with.
 */
export async function withStoreAndSecret(
  edges: Edges,
  command: Command,
  work: (store: Store, secret: Uint8Array) => Promise<void>,
): Promise<void> {
  const secret = requireSecret(edges, command)
  await withStore(edges, command, async (store) => {
    // A hash under another secret would never match, and nobody would know why.
    await loadKeyRing(store, secret, edges.now)
    await work(store, secret)
  })
}

/**
 * The secret of the server.
 * @throws OperatorError without one.
 */
export function requireSecret(edges: Edges, command: Command): Uint8Array {
  const { secret: given, dev } = readDatabaseConfiguration(configurationSources(edges, command))
  const secret = dev ? devSecret(dev.folder) : given
  if (secret === undefined) {
    throw new OperatorError('AUTH_SERVICE_SECRET is not set', { hint: 'give the secret of the server' })
  }
  return secret
}

/** Where a command's settings come from: its own flags and those before its name, the environment. */
export function configurationSources(edges: Edges, command: Command): ConfigurationSources {
  return { flags: command.optsWithGlobals(), env: edges.env, homeDirectory: edges.homeDirectory }
}
