import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { decryptProviderSecret } from '../../../../../server/auth-service/providers/client-secret.js'
import { findProvider, listProviders } from '../../../../../server/auth-service/store/providers.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const SECRET = Buffer.alloc(32, 3)
const CLIENT_SECRET = 'a-secret of theirs'

// One for all: each new database has keys to make.
let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => store.write((transaction) => transaction.deleteFrom('providers').execute()))
afterAll(() => store.remove())

const providers = (...argv: string[]) =>
  runCommand(['providers', ...argv], {
    input: `${CLIENT_SECRET}\n`,
    env: {
      AUTH_SERVICE_DATABASE: store.path,
      AUTH_SERVICE_SECRET: SECRET.toString('base64'),
      AUTH_SERVICE_ISSUER: 'https://auth.example/sso',
    },
  })
const OKTA = ['--issuer', 'https://okta.example/', '--client-id', 'our-id'] as const
const add = (name: string, ...more: string[]) => providers('add', name, ...OKTA, ...more)

describe('providers add', () => {
  test('registers an OpenID Connect provider, whose secret is kept encrypted and printed nowhere (36)', async () => {
    const { code, stdout, stderr } = await add('okta')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'redirect URI  https://auth.example/sso/auth/providers/okta/callback\n',
    })
    const found = await findProvider(store.read, 'okta')
    expect(found).toMatchObject({
      kind: 'oidc',
      label: 'okta',
      issuer: 'https://okta.example',
      clientId: 'our-id',
      scope: 'openid profile email',
      signUpRule: null,
      isOnlyWay: false,
    })
    if (found === undefined) throw new Error('there is no provider')
    expect(decryptProviderSecret(SECRET, found)).toBe(CLIENT_SECRET)
    const list = await providers('list', '--json')
    expect(JSON.stringify(found) + stdout + stderr + list.stdout).not.toContain('a-secret')
  })

  test('registers GitHub, and one of your own, and asks for organizations where they count', async () => {
    await providers('add', 'github', '--github', '--client-id', 'Iv1')
    const own = ['--base-url', 'https://git.example/', '--allow-group', 'staff', '--label', 'Our Git']
    await providers('add', 'git', '--github', '--client-id', 'Iv2', ...own)
    expect(await findProvider(store.read, 'github')).toMatchObject({
      kind: 'github',
      label: 'GitHub',
      issuer: 'https://github.com/login/oauth',
      scope: 'read:user user:email',
    })
    expect(await findProvider(store.read, 'git')).toMatchObject({
      label: 'Our Git',
      issuer: 'https://git.example/login/oauth',
      scope: 'read:user user:email read:org',
      signUpRule: { domains: [], groups: ['staff'], claims: [] },
    })
  })

  test('keeps the rule that says who gets an account: nobody, unless told otherwise', async () => {
    await add(
      'okta',
      ...['--allow-domain', '@Example.org', 'b.example', '--allow-group', 'staff'],
      ...['--allow-claim', 'hd=example.org', 'x=a=b'],
    )
    expect((await findProvider(store.read, 'okta'))?.signUpRule).toEqual({
      domains: ['example.org', 'b.example'],
      groups: ['staff'],
      claims: [
        { name: 'hd', value: 'example.org' },
        { name: 'x', value: 'a=b' },
      ],
    })
    expect((await providers('list')).stdout).toContain(
      '@example.org, @b.example, group staff, hd=example.org',
    )
  })

  test.each([
    ['a name in capitals', ['add', 'Okta', ...OKTA], 'begins with a letter'],
    ['a name with a slash', ['add', 'a/b', ...OKTA], 'begins with a letter'],
    ['no provider', ['add', 'a', '--client-id', 'b'], 'which provider is it?'],
    ['both kinds', ['add', 'a', '--github', ...OKTA], '--github has no --issuer'],
    [
      'a place of GitHub only',
      ['add', 'a', ...OKTA, '--base-url', 'https://b.example'],
      '--base-url goes with',
    ],
    ['plain http', ['add', 'a', '--issuer', 'http://a.example', '--client-id', 'b'], 'no https URL'],
    ['no URL', ['add', 'a', '--issuer', 'accounts', '--client-id', 'b'], 'the issuer is no URL'],
    ['a query', ['add', 'a', '--issuer', 'https://a.example?b', '--client-id', 'b'], 'no query'],
    ['a password', ['add', 'a', '--issuer', 'https://a:b@a.example', '--client-id', 'b'], 'no query'],
    [
      'metadata for its issuer',
      ['add', 'a', '--issuer', 'https://a.example/.well-known/openid-configuration', '--client-id', 'b'],
      'before /.well-known/',
    ],
    ['an odd client id', ['add', 'a', '--issuer', 'https://a.example', '--client-id', 'a b'], 'a client id'],
    ['a label in two lines', ['add', 'a', ...OKTA, '--label', 'a\nb'], 'a label'],
    ['a label that turns', ['add', 'a', ...OKTA, '--label', 'a\u202eb'], 'a label'],
    ['no openid', ['add', 'a', ...OKTA, '--scope', 'profile'], 'openid in it'],
    ['a scope that is none', ['add', 'a', ...OKTA, '--scope', 'openid  "'], 'a scope is'],
    ['a domain that is none', ['add', 'a', ...OKTA, '--allow-domain', 'example'], 'example is no domain'],
    ['a claim that is none', ['add', 'a', ...OKTA, '--allow-claim', 'hd'], 'name=value'],
    ['a claim without a value', ['add', 'a', ...OKTA, '--allow-claim', 'hd='], 'name=value'],
    ['an empty group', ['add', 'a', ...OKTA, '--allow-group', ''], 'a group has a name'],
  ])('refuses %s', async (_what, argv, message) => {
    const { code, stderr } = await providers(...argv)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) })
    expect(await listProviders(store.read)).toEqual([])
  })

  test('refuses a name and an issuer that are taken (85)', async () => {
    await add('okta')
    expect((await add('okta')).stderr).toContain('there is a provider okta already')
    expect((await add('other')).stderr).toContain('the provider okta has this issuer')
  })

  test('refuses an empty secret', async () => {
    const env = { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_SECRET: SECRET.toString('base64') }
    const { code, stderr } = await runCommand(['providers', 'add', 'okta', ...OKTA], { env, input: '\n' })
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('secret is empty') })
  })
})

describe('the only way in', () => {
  test('is at most one provider', async () => {
    await add('okta', '--only-way')
    const second = ['--issuer', 'https://b.example', '--client-id', 'b'] as const
    const refused = await providers('add', 'second', ...second, '--only-way')
    expect(refused.stderr).toContain('okta is the only way in')
    await providers('add', 'second', ...second)
    const { code, stderr } = await providers('only-way', 'second', 'on')
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('only-way okta off') })
    expect((await providers('only-way', 'okta', 'off')).stdout).toBe('okta is one way in\n')
    const { stdout, stderr: audit } = await providers('only-way', 'second', 'on')
    expect(stdout).toBe('second is the only way in: no password signs anybody in\n')
    expect(JSON.parse(audit)).toMatchObject({ event: 'provider-changed', provider: 'second' })
    expect((await listProviders(store.read)).map(({ name, isOnlyWay }) => [name, isOnlyWay])).toEqual([
      ['okta', false],
      ['second', true],
    ])
  })
})

describe('providers set-secret', () => {
  const setSecret = (input: string, secret = SECRET) =>
    runCommand(['providers', 'set-secret', 'okta'], {
      input,
      env: { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_SECRET: secret.toString('base64') },
    })

  test('replaces the client secret, says so in the log, and prints it nowhere', async () => {
    await add('okta')
    const before = await findProvider(store.read, 'okta')
    const { code, stdout, stderr } = await setSecret('another secret\n')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'okta has a new client secret; try it with `providers test okta`\n',
    })
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'provider-changed',
      provider: 'okta',
      reason: 'client secret',
    })
    expect(stdout + stderr).not.toContain('another secret')
    const after = await findProvider(store.read, 'okta')
    expect(after).toEqual({ ...before, encryptedSecret: expect.any(String) })
    expect(after && decryptProviderSecret(SECRET, after)).toBe('another secret')
  })

  test.each([
    ['an empty one', '\n', SECRET, 'the client secret is empty'],
    [
      'the secret of another server',
      'another\n',
      Buffer.alloc(32, 4),
      'AUTH_SERVICE_SECRET is not the secret',
    ],
  ])('refuses %s, and leaves the one of before', async (_what, input, secret, message) => {
    await add('okta')
    const before = await findProvider(store.read, 'okta')
    const { code, stderr } = await setSecret(input, secret)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(message) })
    expect(await findProvider(store.read, 'okta')).toEqual(before)
  })
})

describe('providers remove', () => {
  test('removes one, and says so in the log', async () => {
    await add('okta')
    const { code, stderr } = await providers('remove', 'okta')
    expect(code).toBe(0)
    expect(JSON.parse(stderr)).toMatchObject({ event: 'provider-removed', provider: 'okta' })
    expect(await listProviders(store.read)).toEqual([])
  })

  test('removes none that is the only way in: passwords would count again', async () => {
    await add('okta', '--only-way')
    const { code, stderr } = await providers('remove', 'okta')
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('only-way okta off') })
    expect(await listProviders(store.read)).toHaveLength(1)
    await providers('only-way', 'okta', 'off')
    expect((await providers('remove', 'okta')).code).toBe(0)
  })

  test.each([
    ['remove', 'none'],
    ['set-secret', 'none'],
    ['only-way', 'none', 'on'],
  ])('and %s know no provider that is not there', async (...argv) => {
    const { code, stderr } = await providers(...argv)
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('no provider none') })
  })
})
