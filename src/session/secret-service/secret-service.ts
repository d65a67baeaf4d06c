import { addMatch, BusCallError, type SessionBus } from './session-bus.js'
import type { Variant, WireValue } from './wire-format.js'

/** By what an item is found: the names and values that keytar and libsecret give to theirs. */
export type Attributes = Readonly<Record<string, string>>

/** The collection is locked, and nobody unlocked it: a prompt was dismissed, or there is nobody to ask. */
export class CollectionLocked extends Error {}

/** The Secret Service has no collection to keep things in. */
export class NoCollection extends Error {}

/** What a Secret Service does for us. Each method may ask the person to unlock the keychain, and then waits. */
export interface SecretService {
  /** The text of the item with these attributes; undefined when there is none. */
  lookUp(attributes: Attributes): Promise<string | undefined>
  /**
   * Whether the default collection is locked, or not to be seen at all, as those of a closed database are:
   * then an item that is not found may be there.
   */
  isLocked(): Promise<boolean>
  /** Keeps a text in the default collection, in place of the item with the same attributes. */
  store(attributes: Attributes, label: string, text: string): Promise<void>
  /** Removes every item with these attributes. */
  clear(attributes: Attributes): Promise<void>
  /**
   * Gives the item with these attributes, whatever it holds, others and another label, after it has removed
   * every item that has those already.
   */
  rename(attributes: Attributes, newAttributes: Attributes, newLabel: string): Promise<void>
  /** Sees to it that `store` would find an unlocked collection. */
  unlock(): Promise<void>
}

const NAME = 'org.freedesktop.secrets'
const SERVICE = {
  destination: NAME,
  path: '/org/freedesktop/secrets',
  interface: 'org.freedesktop.Secret.Service',
}
const DEFAULT_COLLECTION = '/org/freedesktop/secrets/aliases/default'
const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties'
const COLLECTION_INTERFACE = 'org.freedesktop.Secret.Collection'
const ITEM_INTERFACE = 'org.freedesktop.Secret.Item'
const PROMPT_INTERFACE = 'org.freedesktop.Secret.Prompt'

/** The object path that stands for "none". */
const NONE = '/'

/** What the bus answers to a call when its receiver ends before it has answered. */
const NO_REPLY_ERROR = 'org.freedesktop.DBus.Error.NoReply'
const LOCKED_ERROR = 'org.freedesktop.Secret.Error.IsLocked'

/**
 * Speaks with the Secret Service of a session: gnome-keyring, KWallet, KeePassXC. Secrets cross the bus, a
 * socket of this user, as they are: whoever could listen there could as well ask for them.
 * @param onPrompt called when the service asks the person for something, from which on it may take minutes
 * @throws CollectionLocked, NoCollection, BusCallError or SessionBusError from every method
 * @see Secret Service API Draft 0.2
 */
export function createSecretService(bus: SessionBus, onPrompt: () => void): SecretService {
  return {
    async lookUp(attributes) {
      const [session, item] = await Promise.all([openSession(), findUnlocked(attributes)])
      if (item === undefined) return undefined
      const [secret] = await bus.call(
        { ...itemAt(item), member: 'GetSecret', signature: 'o', arguments: [session] },
        '(oayays)',
      )
      return Buffer.from((secret as [string, Uint8Array, Uint8Array, string])[2]).toString()
    },

    async isLocked() {
      const collection = await defaultCollection()
      if (collection === NONE) return true
      const get = {
        destination: NAME,
        path: collection,
        interface: PROPERTIES_INTERFACE,
        member: 'Get',
        signature: 'ss',
        arguments: [COLLECTION_INTERFACE, 'Locked'],
      }
      const [locked] = await bus.call(get, 'v').catch((error: unknown) => {
        // Who does not tell may well be locked.
        if (error instanceof BusCallError) return []
        throw error
      })
      return (locked as Variant | undefined)?.value !== false
    },

    async store(attributes, label, text) {
      const [session, collection] = await Promise.all([openSession(), ensureCollection()])
      const create = async () => {
        const [, prompt] = await bus.call(
          {
            destination: NAME,
            path: collection,
            interface: COLLECTION_INTERFACE,
            member: 'CreateItem',
            signature: 'a{sv}(oayays)b',
            arguments: [
              [
                ['org.freedesktop.Secret.Item.Label', { type: 's', value: label }],
                [
                  'org.freedesktop.Secret.Item.Attributes',
                  { type: 'a{ss}', value: Object.entries(attributes) },
                ],
              ],
              [session, Buffer.alloc(0), Buffer.from(text), 'text/plain'],
              true,
            ],
          },
          'oo',
        )
        await finish(prompt)
      }
      await create().catch(async (error: unknown) => {
        if (!(error instanceof BusCallError) || error.errorName !== LOCKED_ERROR) throw error
        await unlock(collection)
        await create()
      })
    },

    clear,

    async rename(attributes, newAttributes, newLabel) {
      const item = await findUnlocked(attributes)
      if (item === undefined) return
      await clear(newAttributes)
      await setProperty(item, 'Attributes', { type: 'a{ss}', value: Object.entries(newAttributes) })
      await setProperty(item, 'Label', { type: 's', value: newLabel })
    },

    async unlock() {
      await unlock(await ensureCollection())
    },
  }

  async function clear(attributes: Attributes): Promise<void> {
    const { unlocked, locked } = await search(attributes)
    for (const item of locked) await unlock(item)
    for (const item of [...unlocked, ...locked]) {
      const [prompt] = await bus.call({ ...itemAt(item), member: 'Delete' }, 'o')
      await finish(prompt)
    }
  }

  async function setProperty(item: string, property: string, value: Variant): Promise<void> {
    await bus.call({
      ...itemAt(item),
      interface: PROPERTIES_INTERFACE,
      member: 'Set',
      signature: 'ssv',
      arguments: [ITEM_INTERFACE, property, value],
    })
  }

  async function openSession(): Promise<WireValue> {
    const [, session = NONE] = await bus.call(
      { ...SERVICE, member: 'OpenSession', signature: 'sv', arguments: ['plain', { type: 's', value: '' }] },
      'vo',
    )
    return session
  }

  async function search(attributes: Attributes): Promise<{ unlocked: string[]; locked: string[] }> {
    const [unlocked, locked] = await bus.call(
      { ...SERVICE, member: 'SearchItems', signature: 'a{ss}', arguments: [Object.entries(attributes)] },
      'aoao',
    )
    return { unlocked: unlocked as string[], locked: locked as string[] }
  }

  async function findUnlocked(attributes: Attributes): Promise<string | undefined> {
    const { unlocked, locked } = await search(attributes)
    if (unlocked[0] !== undefined || locked[0] === undefined) return unlocked[0]
    await unlock(locked[0])
    return locked[0]
  }

  async function unlock(object: string): Promise<void> {
    const [, prompt] = await bus.call(
      { ...SERVICE, member: 'Unlock', signature: 'ao', arguments: [[object]] },
      'aoo',
    )
    await finish(prompt)
  }

  /** The path that the default collection really has; `NONE` where there is none. */
  async function defaultCollection(): Promise<string> {
    const [collection] = await bus.call(
      { ...SERVICE, member: 'ReadAlias', signature: 's', arguments: ['default'] },
      'o',
    )
    return typeof collection === 'string' ? collection : NONE
  }

  /**
   * The path of the default collection. A fresh account may have none yet: then the service asks the person
   * for a password for one.
   */
  async function ensureCollection(): Promise<string> {
    const collection = await defaultCollection()
    if (collection !== NONE) return collection
    const [, prompt] = await bus.call(
      {
        ...SERVICE,
        member: 'CreateCollection',
        signature: 'a{sv}s',
        arguments: [
          [['org.freedesktop.Secret.Collection.Label', { type: 's', value: 'Default keyring' }]],
          'default',
        ],
      },
      'oo',
    )
    await finish(prompt).catch((error: unknown) => {
      throw error instanceof CollectionLocked ? new NoCollection() : error
    })
    return DEFAULT_COLLECTION
  }

  /** Waits for the person, where an answer says that the service must ask them something first. */
  async function finish(prompt: WireValue | undefined): Promise<void> {
    if (typeof prompt !== 'string' || prompt === NONE) return
    onPrompt()
    const ended = bus.signal(
      ({ member, path }) => (member === 'Completed' && path === prompt) || member === 'NameOwnerChanged',
    )
    const [signal] = await Promise.all([
      ended,
      addMatch(bus, `type='signal',interface='${PROMPT_INTERFACE}',path='${prompt}'`),
      addMatch(bus, `type='signal',member='NameOwnerChanged',arg0='${NAME}'`),
      bus.call({
        destination: NAME,
        path: prompt,
        interface: PROMPT_INTERFACE,
        member: 'Prompt',
        signature: 's',
        arguments: [''],
      }),
    ])
    if (signal.member === 'NameOwnerChanged') throw new BusCallError(NO_REPLY_ERROR)
    const [isDismissed] = signal.arguments('b')
    if (isDismissed === true) throw new CollectionLocked()
  }
}

function itemAt(path: string) {
  return { destination: NAME, path, interface: ITEM_INTERFACE }
}
