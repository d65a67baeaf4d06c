import type { Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { encryptProviderSecret } from '../../providers/client-secret.js'
import { setProviderSecret } from '../../store/providers.js'
import { loadKeyRing } from '../../tokens/key-ring.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireSecret } from '../database.js'
import { readSecret } from '../password-input.js'
import { requireProvider } from './existing-provider.js'

/** `providers set-secret NAME`: secrets run out, and are replaced. Servers use it from the next sign-in on. */
export function registerProvidersSetSecret(providers: Command, edges: Edges): void {
  const command = providers
    .command('set-secret')
    .description('replace the client secret, which is asked for, or read from stdin')
    .argument('<name>')
    .action((name: string, _flags: object, command: Command) => {
      const secret = requireSecret(edges, command)
      return withStoreAndAudit(edges, command, async (store, log) => {
        // Under another secret than that of the server it could never be read.
        await loadKeyRing(store, secret, edges.now)
        await requireProvider(store.read, name)
        const clientSecret = await readSecret(edges, 'client secret: ')
        if (clientSecret === '') throw new OperatorError('the client secret is empty')
        await store.write(async (transaction) => {
          const provider = await requireProvider(transaction, name)
          await setProviderSecret(transaction, name, encryptProviderSecret(secret, provider, clientSecret))
        })
        audit(log, 'provider-changed', { provider: name, reason: 'client secret' })
        edges.stdout.write(`${name} has a new client secret; try it with \`providers test ${name}\`\n`)
      })
    })
  withAuditOptions(command)
}
