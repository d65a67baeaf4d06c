import { type Command, Option } from 'commander'
import {
  canonicalIssuer,
  type ProviderRegistration,
  whyNotRegistrableProvider,
} from '../../checks/provider-registration.js'
import type { Edges } from '../../edges.js'
import { providerRedirectUri } from '../../endpoint-urls.js'
import { OperatorError } from '../../operator-error.js'
import { encryptProviderSecret } from '../../providers/client-secret.js'
import { GITHUB_SCOPE, gitHubIssuer, ORGANIZATIONS_SCOPE } from '../../providers/github-addresses.js'
import { insertProvider, listProviders } from '../../store/providers.js'
import type { Reader } from '../../store/store.js'
import { withDatabaseOptions, withStoreAndSecret } from '../database.js'
import { findIssuer } from '../issuer.js'
import { readSecret } from '../password-input.js'
import { type SignUpFlags, signUpRuleOf } from './sign-up-rule.js'

interface Flags extends SignUpFlags {
  providerIssuer?: string
  clientId: string
  github?: true
  baseUrl?: string
  label?: string
  scope?: string
  onlyWay?: true
}

const EXAMPLES = `
The client secret is asked for, or read from stdin.

Examples:
  $ auth-service providers add google --issuer https://accounts.google.com \\
      --client-id 1234.apps.example --label Google --allow-domain example.org
  $ auth-service providers add github --github --client-id Iv1.1234 --allow-group my-company
  $ auth-service providers test google`

/** `providers add NAME`: prints the redirect URI that has to be registered at the provider. */
export function registerProvidersAdd(providers: Command, edges: Edges): void {
  const command = providers
    .command('add')
    .description('let people sign in at another service')
    .argument('<name>', 'short and lower case; what `authcli login --provider` is given')
    .addOption(issuerOption())
    .requiredOption('--client-id <id>', 'what the provider calls this service')
    .option('--github', 'it is GitHub, which speaks no OpenID Connect')
    .option('--base-url <url>', 'with --github: a GitHub of your own (default: https://github.com)')
    .option('--label <text>', 'what the button says (default: the name)')
    .option('--scope <names>', 'what it is asked for, in one argument')
    .option('--allow-domain <domain...>', 'who has a verified address there gets an account')
    .option('--allow-group <group...>', 'who is in this group, or organization of GitHub, gets an account')
    .option('--allow-claim <name=value...>', 'whose claim says so, or holds it, gets an account')
    .option('--only-way', 'offer no other way in, passwords included')
    .addHelpText('after', EXAMPLES)
    .action((name: string, flags: Flags, command: Command) =>
      withStoreAndSecret(edges, command, async (store, secret) => {
        const provider = registrationOf(name, flags)
        await refuse(store.read, provider)
        const clientSecret = await readSecret(edges, 'client secret: ')
        if (clientSecret === '') throw new OperatorError('the client secret is empty')
        const encryptedSecret = encryptProviderSecret(secret, provider, clientSecret)
        await store.write(async (transaction) => {
          // Again: another one may have come while the secret was typed.
          await refuse(transaction, provider)
          await insertProvider(transaction, { ...provider, encryptedSecret, createdAt: edges.now() })
        })
        edges.stdout.write(`redirect URI  ${redirectUriOf(edges, command, name)}\n`)
        edges.stderr.write(`auth-service: register it at the provider, then try \`providers test ${name}\`\n`)
      }),
    )
  withDatabaseOptions(command)
}

// The server has an option of this name too, for its own issuer, and commander would take one for the other.
function issuerOption(): Option {
  const option = new Option('--issuer <url>', 'the OpenID Connect provider')
  option.attributeName = () => 'providerIssuer'
  return option
}

function registrationOf(name: string, flags: Flags): ProviderRegistration {
  const { github, clientId, label, scope, onlyWay } = flags
  const signUpRule = signUpRuleOf(flags)
  return {
    name,
    kind: github ? 'github' : 'oidc',
    label: label ?? (github ? 'GitHub' : name),
    issuer: issuerOf(flags),
    clientId,
    scope: scope ?? (github ? gitHubScope(flags) : 'openid profile email'),
    signUpRule,
    isOnlyWay: onlyWay === true,
  }
}

function issuerOf({ github, providerIssuer, baseUrl }: Flags): string {
  if (!github) {
    if (baseUrl !== undefined) throw new OperatorError('--base-url goes with --github')
    if (providerIssuer !== undefined) return canonicalIssuer(providerIssuer)
    throw new OperatorError('which provider is it?', { hint: 'name it with --issuer, or with --github' })
  }
  if (providerIssuer !== undefined) throw new OperatorError('--github has no --issuer: use --base-url')
  return gitHubIssuer(baseUrl && canonicalIssuer(baseUrl))
}

function gitHubScope({ allowGroup }: Flags): string {
  return allowGroup === undefined ? GITHUB_SCOPE : `${GITHUB_SCOPE} ${ORGANIZATIONS_SCOPE}`
}

async function refuse(db: Reader, provider: ProviderRegistration): Promise<void> {
  const reason = whyNotRegistrableProvider(provider, await listProviders(db))
  if (reason !== undefined) throw new OperatorError(reason)
}

function redirectUriOf(edges: Edges, command: Command, name: string): string {
  return providerRedirectUri(findIssuer(edges, command) ?? 'https://<this service>', name)
}
