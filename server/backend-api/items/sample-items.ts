import type { User } from '../bearer-auth/access-token.js'
import { addAccount, isKnownAccount } from '../store/accounts.js'
import { addItem } from '../store/items.js'
import { accountOf, type ItemsApp, type ItemsContext } from './context.js'
import { newItemId } from './item-id.js'

/** The rest of a title is for us. */
const MAX_NAME_CHARACTERS = 100

interface Sample {
  title: string
  note?: string
}

function samplesFor({ name, username }: User): Sample[] {
  const who = name ?? username
  return [
    { title: who === undefined ? 'Welcome' : `Welcome, ${oneLine(who)}`, note: 'Sample items, from --dev.' },
    { title: 'Read the map', note: 'Who calls whom, and when.' },
    { title: 'Crème brûlée für zwei 🍮', note: 'Jalapeños, naïveté, Ωμέγα, 漢字.' },
    { title: 'Let the access token expire', note: 'And watch nothing happen.' },
  ]
}

/** Puts a few items in for an account that was never here, so that the first `get-items` shows something. */
export function addSampleItems(app: ItemsApp, { store, now }: ItemsContext): void {
  app.addHook('preHandler', async (request) => {
    const account = accountOf(request)
    if (await isKnownAccount(store.read, account)) return
    const samples = samplesFor(request.accessToken.user)
    await store.write(async (transaction) => {
      if (!(await addAccount(transaction, account))) return
      const newest = now()
      for (const [index, sample] of samples.entries()) {
        // The first sample is the newest, so it is the first of the list.
        const createdAt = newest - index
        await addItem(transaction, account, {
          id: newItemId(createdAt),
          title: sample.title,
          note: sample.note,
          createdAt: new Date(createdAt).toISOString(),
        })
      }
    })
  })
}

/** A name comes from somebody else: what a title must not hold is left out. */
function oneLine(name: string): string {
  return Array.from(name.replace(/[\p{Cc}\p{Cs}]/gu, ''))
    .slice(0, MAX_NAME_CHARACTERS)
    .join('')
}
