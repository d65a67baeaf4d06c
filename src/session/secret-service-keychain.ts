import { KEYCHAIN_SERVICE, type Keychain, type KeychainWait } from './keychain.js'
import { createSecretService, type SecretService } from './secret-service/secret-service.js'
import { openSessionBus } from './secret-service/session-bus.js'

/**
 * The keychain of Linux and its relatives: the Secret Service on the session bus. Its items are the ones that
 * keytar would read and write, so that other tools find them.
 *
 * It is spoken to directly, not through keytar: a keytar call can't be cancelled, not even by the end of the
 * process, which waits for its thread (26 s with a stopped daemon); it says "nothing stored" of a locked
 * keychain; and it costs 20 ms of every start, half of what a whole `node -e 0` takes.
 */
export function createSecretServiceKeychain(dependencies: {
  env: Readonly<Record<string, string | undefined>>
  uid: number | string
}): Keychain {
  return {
    read: (name, wait) => use(wait, (service) => service.lookUp(attributesOf(name))),
    write: (name, text, wait) =>
      use(wait, (service) => service.store(attributesOf(name), `${KEYCHAIN_SERVICE}/${name}`, text)),
    remove: (name, wait) => use(wait, (service) => service.clear(attributesOf(name))),
    prepare: (wait) => use(wait, (service) => service.unlock()),
  }

  async function use<T>(wait: KeychainWait, job: (service: SecretService) => Promise<T>): Promise<T> {
    const bus = await openSessionBus({ ...dependencies, signal: wait.signal })
    try {
      return await job(createSecretService(bus, wait.onPrompt))
    } finally {
      bus.close()
    }
  }
}

function attributesOf(account: string) {
  return { 'xdg:schema': 'org.freedesktop.Secret.Generic', service: KEYCHAIN_SERVICE, account }
}
