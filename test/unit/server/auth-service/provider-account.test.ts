import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newAccountFor } from '../../../../server/auth-service/provider-account.js'
import type { ProvenIdentity } from '../../../../server/auth-service/providers/provider.js'
import { type TestContext, testContext } from '../../../support/auth-service/test-context.js'

let context: TestContext
beforeAll(async () => {
  context = await testContext()
})
afterAll(() => context.close())

const make = (changes: Partial<ProvenIdentity>, provider = 'acme') =>
  newAccountFor(
    context.store.read,
    {
      issuer: 'https://acme.example',
      subject: 's',
      name: undefined,
      email: undefined,
      isEmailVerified: false,
      claims: {},
      ...changes,
    },
    provider,
    7,
  )

describe('the account of somebody new', () => {
  it.each<[Partial<ProvenIdentity>, string]>([
    [{ claims: { preferred_username: 'Ada', login: 'x' } }, 'ada@acme'],
    [{ claims: { login: 'octo-cat' } }, 'octo-cat@acme'],
    [{ claims: { preferred_username: ['ada'], nickname: 'Ａda\u202e ' } }, 'ａda@acme'],
    [{ claims: { preferred_username: '\u200b' }, email: 'mary@example.org' }, 'mary@acme'],
    [{ claims: { preferred_username: 'admin@other' } }, 'adminother@acme'],
    [{}, 'user@acme'],
  ])('%j is called %s, which nobody can choose who is not from there', async (identity, username) => {
    expect((await make(identity)).username).toBe(username)
  })

  it('has a username that is no longer than others', async () => {
    const { username } = await make({ claims: { preferred_username: '😀'.repeat(1000) } })
    expect([...username]).toHaveLength(64)
    expect(username).toMatch(/😀@acme$/u)
  })

  it('has a username of its own', async () => {
    await context.addAccount({ username: 'taken@acme' })
    const { username } = await make({ claims: { login: 'taken' } })
    expect(username).toMatch(/^taken-\d{5}@acme$/)
  })

  it('has no address that the provider has not verified, and none that counts as verified here (87)', async () => {
    expect(await make({ email: 'a@example.org' })).toMatchObject({ email: null, email_verified_at: null })
    expect(await make({ email: 'a@example.org', isEmailVerified: true })).toMatchObject({
      email: 'a@example.org',
      email_verified_at: null,
    })
  })

  it('has no password, and a name that fits', async () => {
    expect(await make({ name: 'N'.repeat(200) })).toMatchObject({
      name: 'N'.repeat(100),
      password_hash: null,
    })
    expect(await make({ claims: { login: 'ada' } })).toMatchObject({ name: 'ada' })
  })
})
