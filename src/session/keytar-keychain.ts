import { KEYCHAIN_SERVICE, type Keychain, type KeychainWait } from './keychain.js'

/**
 * The keychain of macOS and Windows, through keytar, which is loaded with the first call.
 *
 * A call of keytar can't be cancelled. When nobody waits for one any longer it is merely left alone, and the
 * process that would wait for its thread has to be ended by other means: see `onNativeCall`.
 */
export function createKeytarKeychain(dependencies: {
  /** Default: authcli's. */
  service?: string
  /** Told of every call, so that the end of the process knows whether one is still under way. */
  onNativeCall(call: Promise<unknown>): void
}): Keychain {
  const { service = KEYCHAIN_SERVICE } = dependencies
  return {
    service,
    read: async (name, wait) =>
      (await call(wait, ({ getPassword }) => getPassword(service, name))) ?? undefined,
    write: (name, text, wait) => call(wait, ({ setPassword }) => setPassword(service, name, text)),
    async remove(name, wait) {
      await call(wait, ({ deletePassword }) => deletePassword(service, name))
    },
    async rename(name, newName, wait) {
      const text = await call(wait, ({ getPassword }) => getPassword(service, name))
      if (text === null) return
      await call(wait, ({ setPassword }) => setPassword(service, newName, text))
      await call(wait, ({ deletePassword }) => deletePassword(service, name))
    },
    async prepare(wait) {
      await call(wait, ({ getPassword }) => getPassword(service, 'prepare'))
    },
  }

  async function call<T>(wait: KeychainWait, job: (keytar: Keytar) => Promise<T>): Promise<T> {
    wait.signal.throwIfAborted()
    const { default: keytar } = await import('keytar')
    const nativeCall = job(keytar)
    dependencies.onNativeCall(nativeCall)
    let leave = () => {}
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => reject(wait.signal.reason)
    })
    wait.signal.addEventListener('abort', leave)
    try {
      return await Promise.race([nativeCall, left])
    } finally {
      wait.signal.removeEventListener('abort', leave)
    }
  }
}

/** Never `findCredentials`: it crashes the process on a locked keychain of some systems. */
type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>
