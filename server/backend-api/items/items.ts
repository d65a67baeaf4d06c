import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { cursorKey } from '../store/secrets.js'
import type { Store } from '../store/store.js'
import { createItem } from './create-item.js'
import { deleteItem } from './delete-item.js'
import { getItem } from './get-item.js'
import { Item } from './item.js'
import { listItems } from './list-items.js'
import { addSampleItems } from './sample-items.js'

export interface ItemsOptions {
  store: Store
  /** The URL under which the routes lie: the resource identifier. */
  resource: string
  /** Epoch milliseconds. */
  now: () => number
  /** Whether an account that was never here finds a few sample items. */
  withSamples: boolean
}

/** The items of the account of the token. Every route names its scope. */
export async function items(app: FastifyInstance, options: ItemsOptions): Promise<void> {
  const { store, resource, now, withSamples } = options
  const context = { store, resource, now, cursorKey: await cursorKey(store) }
  const typed = app.withTypeProvider<TypeBoxTypeProvider>()
  typed.addSchema(Item)
  if (withSamples) addSampleItems(typed, context)
  listItems(typed, context)
  getItem(typed, context)
  createItem(typed, context)
  deleteItem(typed, context)
}
