import { afterEach, describe, expect, it } from 'vitest'
import { findAccountsByEmail } from '../../../../server/auth-service/store/accounts.js'
import {
  findIdentity,
  linkIdentity,
  listIdentities,
  noteIdentityUse,
  unlinkIdentity,
} from '../../../../server/auth-service/store/identities.js'
import {
  endProviderSignIn,
  findProviderSignIn,
  insertProviderSignIn,
  removeExpiredProviderSignIns,
} from '../../../../server/auth-service/store/provider-sign-ins.js'
import { insertProvider, removeProvider } from '../../../../server/auth-service/store/providers.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { testRows } from '../../../support/auth-service/rows.js'

describe.each(DATABASES)('identities on $name', ({ make }) => {
  let database: TestDatabase
  afterEach(() => database?.remove())
  const opened = async () => {
    database = await make()
    const store = await database.open()
    return { store, first: await testRows(store), second: await testRows(store) }
  }
  const ada = { issuer: 'https://a.example', subject: '1', email: 'ada@example.org' }
  const link = (store: Store, accountId: string, identity = ada) =>
    store.write((transaction) => linkIdentity(transaction, identity, accountId, 5))

  it('belong to one account, whoever else asks at the same time (87)', async () => {
    const { store, first, second } = await opened()
    const accounts = [first.account.id, second.account.id]
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_each, index) => link(store, accounts[index % 2] ?? '')),
    )
    const owner = (await findIdentity(store.read, ada))?.account_id
    expect(answers).toEqual(answers.map((_each, index) => accounts[index % 2] === owner))
    expect(await listIdentities(store.read, owner ?? '')).toHaveLength(1)
  })

  it('are told apart by issuer and by subject, in every letter (86)', async () => {
    const { store, first, second } = await opened()
    await link(store, first.account.id)
    for (const other of [
      { ...ada, issuer: 'https://A.example' },
      { ...ada, issuer: 'https://a.example/' },
      { ...ada, subject: '1 ' },
      { ...ada, subject: '01' },
    ]) {
      expect(await findIdentity(store.read, other), JSON.stringify(other)).toBeUndefined()
      expect(await link(store, second.account.id, other)).toBe(true)
    }
  })

  it('are taken away by nobody but their own account', async () => {
    const { store, first, second } = await opened()
    await link(store, first.account.id)
    await store.write((transaction) => noteIdentityUse(transaction, { ...ada, email: null }, 9))
    expect(await findIdentity(store.read, ada)).toMatchObject({ email: null, last_used_at: 9, linked_at: 5 })
    const unlink = (accountId: string) =>
      store.write((transaction) => unlinkIdentity(transaction, ada, accountId))
    expect([await unlink(second.account.id), await unlink(first.account.id)]).toEqual([false, true])
    expect(await findIdentity(store.read, ada)).toBeUndefined()
  })

  it('find accounts by an address in any case of ASCII, and by no other letters (87)', async () => {
    const { store, first } = await opened()
    await store.write((transaction) =>
      transaction
        .updateTable('accounts')
        .set({ email: 'Kate.Ö@Example.org' })
        .where('id', '=', first.account.id)
        .execute(),
    )
    const found = async (email: string) => (await findAccountsByEmail(store.read, email)).map(({ id }) => id)
    for (const email of ['kate.Ö@example.org', 'KATE.Ö@EXAMPLE.ORG']) {
      expect(await found(email), email).toEqual([first.account.id])
    }
    for (const email of ['\u212Aate.Ö@example.org', 'kate.ö@example.org', 'kate.%@example.org', '']) {
      expect(await found(email), email).toEqual([])
    }
  })

  it('have a sign-in that is answered once, in the browser that began, and forgotten (84)', async () => {
    const { store } = await opened()
    const provider = {
      name: 'acme',
      kind: 'oidc',
      label: 'Acme',
      issuer: 'https://a.example',
      clientId: 'c',
      encryptedSecret: '',
      scope: 'openid',
      signUpRule: { domains: ['example.org'], groups: [], claims: [] },
      isOnlyWay: true,
      createdAt: 1,
    } as const
    const begun = (state: string, expiresAt: number) => ({
      state_hash: state,
      provider: 'acme',
      browser: 'b1',
      interaction: '{}',
      link_to_account_id: null,
      created_at: 1,
      expires_at: expiresAt,
    })
    await store.write(async (transaction) => {
      await insertProvider(transaction, provider)
      for (const [state, expiresAt] of [
        ['one', 10],
        ['two', 20],
        ['three', 30],
      ] as const)
        await insertProviderSignIn(transaction, begun(state, expiresAt))
    })
    expect(await findProviderSignIn(store.read, { stateHash: 'one', browser: 'b2' })).toBeUndefined()
    expect(await findProviderSignIn(store.read, { stateHash: 'one', browser: 'b1' })).toMatchObject({
      provider: 'acme',
    })
    const ends = await Promise.all(
      Array.from({ length: 20 }, () => store.write((transaction) => endProviderSignIn(transaction, 'one'))),
    )
    expect(ends.filter(Boolean)).toHaveLength(1)
    await store.write((transaction) => removeExpiredProviderSignIns(transaction, 20, 10))
    const left = await store.read.selectFrom('provider_sign_ins').select('state_hash').execute()
    expect(left.map(({ state_hash }) => state_hash)).toEqual(['three'])
    await store.write((transaction) => removeProvider(transaction, 'acme'))
    expect(await store.read.selectFrom('provider_sign_ins').selectAll().execute()).toEqual([])
  })
})
