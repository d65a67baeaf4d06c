import { openSessionBus } from '../../src/session/secret-service/session-bus.js'

/** Something that stands where the desktop's password dialog would: it is asked, and never answers. */
export interface SilentPrompter {
  stop(): void
}

/**
 * Takes the name under which gnome-keyring asks for its prompter, so that an unlock waits for a person who
 * does not come.
 */
export async function startSilentPrompter(env: Record<string, string>): Promise<SilentPrompter> {
  const bus = await openSessionBus({ env, uid: process.getuid?.() ?? 0 })
  await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'RequestName',
    signature: 'su',
    arguments: ['org.gnome.keyring.SystemPrompter', 0],
  })
  return { stop: () => bus.close() }
}
