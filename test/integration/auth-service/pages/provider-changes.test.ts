import { describe, expect, it } from 'vitest'
import { removeClient } from '../../../../server/auth-service/store/clients.js'
import { linkIdentity } from '../../../../server/auth-service/store/identities.js'
import { removeProvider, setOnlyWay } from '../../../../server/auth-service/store/providers.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import {
  ACME_ISSUER,
  type ProviderService,
  providerService,
} from '../../../support/auth-service/provider-service.js'

describe('what an operator changes while a provider takes its time to answer', () => {
  const anybodyMayCome = { signUpRule: { domains: ['example.org'], groups: [], claims: [] } }
  it.each([
    [
      'the provider is removed',
      (store: Store) => store.write((transaction) => removeProvider(transaction, 'acme')),
    ],
    [
      'another one becomes the only way in',
      (store: Store) => store.write((transaction) => setOnlyWay(transaction, 'other', true)),
    ],
    [
      'it is another issuer’s',
      (store: Store) =>
        store.write(async (transaction) => {
          await transaction.updateTable('providers').set({ issuer: 'https://new.example' }).execute()
        }),
    ],
  ])('signs in nobody, known or new: %s', async (_what, change) => {
    for (const subject of ['known', 'new']) {
      const other = await providerService()
      const { store } = other.context
      await other.addProvider(anybodyMayCome)
      await other.addProvider({ name: 'other' })
      const identity = { issuer: ACME_ISSUER, subject: 'known', email: null }
      await store.write((transaction) => linkIdentity(transaction, identity, other.account.id, 1))
      other.beforeAnswer = () => change(store)
      const somebody = other.somebody({ subject, email: 'grace@example.org', isEmailVerified: true })
      const visit = await other.signInAt(other.browser(), somebody)
      expect(visit).toMatchObject({ status: 404, sentTo: undefined })
      expect(visit.title).toMatch(/^That way in isn’t offered here/)
      expect(await store.read.selectFrom('browser_sessions').selectAll().execute()).toEqual([])
      expect(await store.read.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
      expect(other.audit().at(-1)).toMatchObject({
        event: 'provider-sign-in-failed',
        reason: 'unknown-provider',
      })
      await other.close()
    }
  })

  it('ends the sign-in of an account that is disabled meanwhile (62)', async () => {
    const other = await providerService()
    const { store } = other.context
    await other.addProvider()
    const identity = { issuer: ACME_ISSUER, subject: 'acme-1', email: null }
    await store.write((transaction) => linkIdentity(transaction, identity, other.account.id, 1))
    other.beforeAnswer = () =>
      store.write(async (transaction) => {
        await transaction.updateTable('accounts').set({ disabled_at: 1 }).execute()
      })
    expect((await other.signInAt(other.browser())).text).toContain('switched off')
    await other.close()
  })

  it('makes an account by the rule of now', async () => {
    const other = await providerService()
    const { store } = other.context
    await other.addProvider(anybodyMayCome)
    other.beforeAnswer = () =>
      store.write(async (transaction) => {
        await transaction.updateTable('providers').set({ sign_up_rule: null }).execute()
      })
    const somebody = other.somebody({ subject: 'new', email: 'grace@example.org', isEmailVerified: true })
    expect((await other.signInAt(other.browser(), somebody)).title).toMatch(/^Connect/)
    expect(await store.read.selectFrom('accounts').selectAll().execute()).toHaveLength(1)
    await other.close()
  })
})

describe('what an operator changes while a browser is away', () => {
  it.each([
    [
      'the provider is removed',
      (other: ProviderService) =>
        other.context.store.write((transaction) => removeProvider(transaction, 'acme')),
      400,
    ],
    [
      'another provider becomes the only way in',
      (other: ProviderService) => other.addProvider({ name: 'only', isOnlyWay: true }),
      404,
    ],
    [
      'the client is removed',
      (other: ProviderService) =>
        other.context.store.write((transaction) => removeClient(transaction, 'authcli')),
      400,
    ],
  ])('ends its sign-in: %s', async (_what, change, status) => {
    const other = await providerService()
    await other.addProvider()
    const browser = other.browser()
    const from = await other.leave(browser)
    const before = other.seen.length
    await change(other)
    expect(await other.comeBack(browser, from)).toMatchObject({ status, sentTo: undefined })
    expect(other.seen.length).toBe(before)
    await other.close()
  })
})
