import { ItemTooLarge, KEYCHAIN_SERVICE, type Keychain, type KeychainWait } from './keychain.js'
import { createSecretService, type SecretService } from './secret-service/secret-service.js'
import { openSessionBus, type SessionBus, SessionBusError } from './secret-service/session-bus.js'

/**
 * The keychain of Linux and its relatives: the Secret Service on the session bus. Its items are the ones that
 * keytar would read and write, so that other tools find them.
 *
 * It is spoken to directly, not through keytar: a keytar call can't be cancelled, not even by the end of the
 * process, which waits for its thread (26 s with a stopped daemon); it says "nothing stored" of a locked
 * keychain; and it costs 20 ms of every start, half of what a whole `node -e 0` takes.
 */
export function createSecretServiceKeychain(dependencies: {
  /** Default: authcli's. */
  service?: string
  env: Readonly<Record<string, string | undefined>>
  uid: number | string
}): Keychain {
  const { service: program = KEYCHAIN_SERVICE } = dependencies
  const attributesOf = (account: string) => ({
    'xdg:schema': 'org.freedesktop.Secret.Generic',
    service: program,
    account,
  })
  /** What a person sees in the programs that show a keychain. */
  const labelOf = (account: string) => `${program}/${account}`
  let idle: SessionBus | undefined
  return {
    service: program,
    read: (name, wait) =>
      use(wait, (service) => service.lookUp(attributesOf(name))).catch((error: unknown) => {
        const isTooLarge = error instanceof SessionBusError && error.problem === 'too-large'
        throw isTooLarge ? new ItemTooLarge(undefined, { cause: error }) : error
      }),
    isLocked: (wait) => use(wait, (service) => service.isLocked()),
    write: (name, text, wait) =>
      use(wait, (service) => service.store(attributesOf(name), labelOf(name), text)),
    remove: (name, wait) => use(wait, (service) => service.clear(attributesOf(name))),
    rename: (name, newName, wait) =>
      use(wait, (service) => service.rename(attributesOf(name), attributesOf(newName), labelOf(newName))),
    prepare: (wait) => use(wait, (service) => service.unlock()),
  }

  /** Makes calls over a connection of their own, and leaves it open for the ones that follow. */
  async function use<T>(wait: KeychainWait, job: (service: SecretService) => Promise<T>): Promise<T> {
    wait.signal.throwIfAborted()
    const bus = takeIdle() ?? (await openSessionBus(dependencies))
    const giveUp = () => bus.close(wait.signal.reason)
    if (wait.signal.aborted) giveUp()
    wait.signal.addEventListener('abort', giveUp)
    try {
      return await job(createSecretService(bus, wait.onPrompt))
    } finally {
      wait.signal.removeEventListener('abort', giveUp)
      leave(bus)
    }
  }

  function takeIdle(): SessionBus | undefined {
    const bus = idle?.isOpen() ? idle : undefined
    idle = undefined
    bus?.holdProcess(true)
    return bus
  }

  function leave(bus: SessionBus): void {
    if (idle !== undefined) {
      bus.close()
      return
    }
    // Left open: to close it would take its time, and the end of the process does so anyway.
    bus.holdProcess(false)
    idle = bus
  }
}
