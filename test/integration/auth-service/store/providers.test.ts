import { afterEach, describe, expect, it } from 'vitest'
import { listProviders, type RegisteredProvider } from '../../../../server/auth-service/store/providers.js'
import { runCommand } from '../../../support/auth-service/command-line.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'

describe.each(DATABASES)('providers on $name', ({ make }) => {
  let database: TestDatabase
  afterEach(() => database?.remove())

  function add(name: string, ...more: string[]) {
    const { location } = database
    const named: Record<string, string> =
      'url' in location ? { DATABASE_URL: location.url } : { AUTH_SERVICE_DATABASE: location.path }
    return runCommand(['providers', 'add', name, '--client-id', 'us', ...more], {
      input: 'their secret\n',
      env: { AUTH_SERVICE_SECRET: Buffer.alloc(32, 3).toString('base64'), ...named },
    })
  }

  it('come out as they went in, in the order in which they were added', async () => {
    database = await make()
    const store = await database.open()
    const rule = ['--allow-domain', 'example.org', '--allow-claim', 'hd=example.org']
    await add('zebra', '--issuer', 'https://z.example', '--label', 'Zoë’s', '--only-way', ...rule)
    await add('github', '--github')
    const [first, second, ...others] = await listProviders(store.read)
    expect(others).toEqual([])
    expect(first).toEqual({
      name: 'zebra',
      kind: 'oidc',
      label: 'Zoë’s',
      issuer: 'https://z.example',
      clientId: 'us',
      encryptedSecret: expect.stringMatching(/^[\w-]{40,}$/),
      scope: 'openid profile email',
      signUpRule: { domains: ['example.org'], groups: [], claims: [{ name: 'hd', value: 'example.org' }] },
      isOnlyWay: true,
      createdAt: expect.any(Number),
    } satisfies RegisteredProvider)
    expect(second).toMatchObject({ name: 'github', kind: 'github', signUpRule: null, isOnlyWay: false })
  })

  it('have one issuer each, and one is the only way in, whoever else adds one at the same time (85)', async () => {
    database = await make()
    const store = await database.open()
    await add('first', '--issuer', 'https://first.example')
    const answers = await Promise.all([
      ...['a', 'b'].map((name) => add(name, '--issuer', 'https://one.example')),
      ...['d', 'e'].map((name) => add(name, '--issuer', `https://${name}.example`, '--only-way')),
    ])
    const added = await listProviders(store.read)
    expect(answers.filter(({ code }) => code === 0)).toHaveLength(2)
    expect(added.filter(({ issuer }) => issuer === 'https://one.example')).toHaveLength(1)
    expect(added.filter(({ isOnlyWay }) => isOnlyWay)).toHaveLength(1)
  })
})
