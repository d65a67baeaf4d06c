import type { FastifyBaseLogger } from 'fastify'
import type { DevConfiguration } from './configuration.js'
import type { Context } from './context.js'
import { ensureDemoAccount } from './demo-account.js'
import { type DevFile, openDevFile, watchDevFile } from './dev-file.js'
import type { Output } from './edges.js'
import { putResource } from './store/resources.js'
import { hashClientSecret } from './tokens/client-secrets.js'

const DEV_SCOPES = ['items:read', 'items:write']

/**
 * Adds what `--dev` promises, says it on stdout, and follows the BackendAPI when it starts later or somewhere
 * else, until it is stopped.
 */
export async function startDevMode(
  context: Context,
  dev: DevConfiguration,
  stdout: Output,
  log: FastifyBaseLogger,
): Promise<{ stop(): void }> {
  const { username, password } = await ensureDemoAccount(context, dev.folder)
  const { issuer } = context.settings
  openDevFile(dev.file, issuer)
  let known: string | undefined
  const register = async (file: DevFile) => {
    await registerDevResource(context, file)
    if (file.resource !== known) stdout.write(`auth-service: knows the BackendAPI at ${file.resource}\n`)
    known = file.resource
  }
  const watcher = watchDevFile(dev.file, (file) => {
    register(file).catch((error: unknown) =>
      log.error(error, 'the BackendAPI of --dev could not be registered'),
    )
  })
  // Read again, now that no later change can be missed.
  await register(openDevFile(dev.file, issuer))
  stdout.write(`auth-service: keeps its data in ${dev.folder}\n`)
  stdout.write(`auth-service: the demo account is ${username}, its password ${password}\n`)
  return { stop: () => watcher.close() }
}

/** Registers the BackendAPI of the shared file, with the credentials that both know from there. */
async function registerDevResource(
  { store, settings, now }: Pick<Context, 'store' | 'settings' | 'now'>,
  file: DevFile,
): Promise<void> {
  await store.write(async (transaction) => {
    // One BackendAPI at a time in --dev: the credentials may have belonged to another address before.
    await transaction
      .deleteFrom('resources')
      .where('introspection_client_id', '=', file.clientId)
      .where('url', '!=', file.resource)
      .execute()
    await putResource(transaction, {
      url: file.resource,
      scopes: DEV_SCOPES,
      introspectionClientId: file.clientId,
      introspectionSecretHash: hashClientSecret(settings.secret, file.clientSecret),
      createdAt: now(),
    })
  })
}
