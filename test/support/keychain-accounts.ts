import { openSessionBus, type SessionBus } from '../../src/session/secret-service/session-bus.js'
import type { Variant } from '../../src/session/secret-service/wire-format.js'

const NAME = 'org.freedesktop.secrets'
const SERVICE = {
  destination: NAME,
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
}
const ITEM = 'org.freedesktop.Secret.Item'

type Environment = Record<string, string | undefined>

/** The accounts of all the items that are authcli's, as any other program would list them. */
export function keychainAccounts(env: Environment): Promise<string[]> {
  return withBus(env, async (bus) => {
    const [unlocked] = await bus.call(
      { ...SERVICE, member: 'SearchItems', signature: 'a{ss}', arguments: [[['service', 'authcli']]] },
      'aoao',
    )
    const accounts = (unlocked as string[]).map(async (path) => {
      const [attributes] = await bus.call(
        {
          destination: NAME,
          path,
          interface: 'org.freedesktop.DBus.Properties',
          member: 'Get',
          signature: 'ss',
          arguments: [ITEM, 'Attributes'],
        },
        'v',
      )
      const pairs = (attributes as Variant).value as [string, string][]
      return new Map(pairs).get('account') ?? ''
    })
    return (await Promise.all(accounts)).sort()
  })
}

/** Puts bytes under an account of authcli, in place of what is there, whatever they are. */
export function putKeychainItem(env: Environment, account: string, bytes: Buffer): Promise<void> {
  const attributes = [
    ['xdg:schema', 'org.freedesktop.Secret.Generic'],
    ['service', 'authcli'],
    ['account', account],
  ]
  return withBus(env, async (bus) => {
    const [, session = '/'] = await bus.call(
      { ...SERVICE, member: 'OpenSession', signature: 'sv', arguments: ['plain', { type: 's', value: '' }] },
      'vo',
    )
    await bus.call({
      destination: NAME,
      path: '/org/freedesktop/secrets/aliases/default',
      interface: 'org.freedesktop.Secret.Collection',
      member: 'CreateItem',
      signature: 'a{sv}(oayays)b',
      arguments: [
        [
          [`${ITEM}.Label`, { type: 's', value: `authcli/${account}` }],
          [`${ITEM}.Attributes`, { type: 'a{ss}', value: attributes }],
        ],
        [session, Buffer.alloc(0), bytes, 'text/plain'],
        true,
      ],
    })
  })
}

async function withBus<T>(env: Environment, job: (bus: SessionBus) => Promise<T>): Promise<T> {
  const bus = await openSessionBus({ env, uid: process.getuid?.() ?? 0 })
  try {
    return await job(bus)
  } finally {
    bus.close()
  }
}
