import { Argument, type Command } from 'commander'
import { audit } from '../../audit.js'
import type { Edges } from '../../edges.js'
import { OperatorError } from '../../operator-error.js'
import { listProviders, setOnlyWay } from '../../store/providers.js'
import { withAuditOptions, withStoreAndAudit } from '../audit-lines.js'
import { requireProvider } from './existing-provider.js'

/** `providers only-way NAME on|off`: who is signed in stays so. */
export function registerProvidersOnlyWay(providers: Command, edges: Edges): void {
  const command = providers
    .command('only-way')
    .description('make a provider the only way in, or stop that')
    .argument('<name>')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .action((name: string, state: 'on' | 'off', _flags: object, command: Command) =>
      withStoreAndAudit(edges, command, async (store, log) => {
        await store.write(async (transaction) => {
          await requireProvider(transaction, name)
          const only = (await listProviders(transaction)).find((provider) => provider.isOnlyWay)
          if (state === 'on' && only !== undefined && only.name !== name) {
            throw new OperatorError(`${only.name} is the only way in`, {
              hint: `auth-service providers only-way ${only.name} off`,
            })
          }
          await setOnlyWay(transaction, name, state === 'on')
        })
        audit(log, 'provider-changed', { provider: name, reason: `only way ${state}` })
        const words = state === 'on' ? 'the only way in: no password signs anybody in' : 'one way in'
        edges.stdout.write(`${name} is ${words}\n`)
      }),
    )
  withAuditOptions(command)
}
