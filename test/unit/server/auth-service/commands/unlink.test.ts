import { afterEach, beforeEach, expect, it } from 'vitest'
import { linkIdentity, listIdentities } from '../../../../../server/auth-service/store/identities.js'
import { insertProvider } from '../../../../../server/auth-service/store/providers.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { testRows } from '../../../../support/auth-service/rows.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

let store: TestStore
let account: { id: string; username: string }
beforeEach(async () => {
  store = await openTestStore()
  account = (await testRows(store)).account
  await store.write(async (transaction) => {
    for (const name of ['acme', 'other']) {
      await insertProvider(transaction, {
        name,
        kind: 'oidc',
        label: name,
        issuer: `https://${name}.example`,
        clientId: 'our-client',
        encryptedSecret: '',
        scope: 'openid',
        signUpRule: null,
        isOnlyWay: false,
        createdAt: 1,
      })
    }
    for (const [issuer, subject] of [
      ['https://acme.example', '1'],
      ['https://acme.example', '2'],
      ['https://gone.example', '1'],
    ] as const)
      await linkIdentity(transaction, { issuer, subject, email: null }, account.id, 1)
  })
})
afterEach(() => store.remove())

const unlink = (...argv: string[]) =>
  runCommand(['accounts', 'unlink', ...argv], { env: { AUTH_SERVICE_DATABASE: store.path } })

it('takes every identity of that provider from the account, and no other', async () => {
  expect(await unlink(account.username, 'acme')).toMatchObject({ code: 0 })
  expect(await listIdentities(store.read, account.id)).toMatchObject([{ issuer: 'https://gone.example' }])
  const events = await store.read.selectFrom('security_events').select(['event', 'provider']).execute()
  expect(events).toEqual(Array(2).fill({ event: 'provider-unlinked', provider: 'acme' }))
})

it('writes an audit line (53)', async () => {
  const { stderr } = await unlink(account.username, 'acme')
  expect(JSON.parse(stderr)).toMatchObject({
    event: 'provider-unlinked',
    accountId: account.id,
    provider: 'acme',
  })
})

it.each([
  [['nobody', 'acme'], /nobody/],
  [['ACCOUNT', 'nowhere'], /there is no provider nowhere/],
  [['ACCOUNT', 'other'], /is not linked to other/],
])('says what is wrong with %j, and changes nothing', async (argv, message) => {
  const { code, stderr } = await unlink(...argv.map((word) => word.replace('ACCOUNT', account.username)))
  expect(code).toBe(1)
  expect(stderr).toMatch(message)
  expect(await listIdentities(store.read, account.id)).toHaveLength(3)
})
