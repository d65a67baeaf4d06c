import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPasswords, loadArgon2id, type Passwords } from '../../server/auth-service/passwords.js'
import { type Account, findAccount, insertAccount } from '../../server/auth-service/store/accounts.js'
import { findGrant } from '../../server/auth-service/store/grants.js'
import { insertProvider } from '../../server/auth-service/store/providers.js'
import { putResource } from '../../server/auth-service/store/resources.js'
import { hashClientSecret } from '../../server/auth-service/tokens/client-secrets.js'
import { authorizationPath } from '../support/auth-service/authorization-requests.js'
import { issueCode } from '../support/auth-service/codes.js'
import { DEVICE_REQUEST, type DeviceStart, pollRequest } from '../support/auth-service/device-logins.js'
import { makePasswordLink } from '../support/auth-service/password-links.js'
import { type ProviderDouble, startProviderDouble } from '../support/auth-service/provider-double.js'
import { REPLICAS_SECRET, type Replicas, startReplicas } from '../support/auth-service/replicas.js'
import { codeRequest, refreshRequest } from '../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE, TEST_RESOURCE_SECRET } from '../support/auth-service/test-context.js'
import { createUserAgent, type Visit } from '../support/scripted-user-agent.js'

const ATTEMPTS = 100
/** After so many answers a replica is killed: others of its requests are under way then. */
const ANSWERS_BEFORE_KILL = 20
const PASSWORD = 'correct horse battery staple'
const KILLED = 502

/** What the token endpoint answered; status 502 where the replica died over it. */
interface Answer {
  status: number
  body: Record<string, unknown>
}

let replicas: Replicas
let provider: ProviderDouble
let account: Account
let passwords: Passwords
beforeAll(async () => {
  ;[replicas, provider, passwords] = await Promise.all([
    startReplicas(3),
    startProviderDouble(),
    loadArgon2id().then((hasher) => createPasswords(hasher)),
  ])
  const now = Date.now()
  account = {
    id: randomUUID(),
    username: 'ada',
    name: 'Ada Lovelace',
    email: null,
    email_verified_at: null,
    password_hash: await passwords.hash(PASSWORD),
    password_changed_at: now,
    disabled_at: null,
    created_at: now,
  }
  const introspectionSecretHash = hashClientSecret(REPLICAS_SECRET, TEST_RESOURCE_SECRET)
  await replicas.store.write(async (transaction) => {
    await insertAccount(transaction, account)
    await insertProvider(transaction, provider.registered())
    await putResource(transaction, {
      url: TEST_RESOURCE,
      scopes: ['items:read', 'items:write'],
      introspectionClientId: 'backend-api',
      introspectionSecretHash,
      createdAt: now,
    })
  })
})
afterAll(async () => {
  await replicas.stop()
  await provider.close()
})

/** Makes all attempts at once, each at the next replica, while one replica is killed and started again. */
async function whileOneIsKilled<T>(attempt: (index: number) => Promise<T>): Promise<T[]> {
  const killed = replicas.balancer.afterAnswers(ANSWERS_BEFORE_KILL).then(() => replicas.killOne())
  const answers = await Promise.all(Array.from({ length: ATTEMPTS }, (_, index) => attempt(index)))
  await killed
  return answers
}

/** One success; or none, if it was the killed replica's and so nobody was told. */
function expectOneSuccess(successes: number, answers: readonly { status: number }[]): void {
  const unanswered = answers.filter(({ status }) => status === KILLED).length
  expect([successes, unanswered > 0]).toEqual(successes === 0 ? [0, true] : [1, expect.any(Boolean)])
}

async function post(path: string, form: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${replicas.issuer}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const text = await response.text()
  return { status: response.status, body: response.status === KILLED ? {} : JSON.parse(text) }
}

function newCode(): Promise<{ code: string; grantId: string }> {
  const { store } = replicas
  const context = { store, clock: { now: Date.now() }, settings: { codeSeconds: 60 } }
  return issueCode(context as Parameters<typeof issueCode>[0], { account_id: account.id })
}

async function refreshTokenOf(answer: Answer): Promise<string> {
  expect(answer.status).toBe(200)
  return String(answer.body['refresh_token'])
}

const grantsOf = (id: string) =>
  replicas.store.read.selectFrom('grants').select('revoked_at').where('id', '=', id).execute()

const isSuccess = ({ status }: { status: number }) => status === 200

test('of a hundred redemptions of a code one succeeds, while a replica is killed (28, V3)', async () => {
  const { code, grantId } = await newCode()
  const answers = await whileOneIsKilled(() => post('/token', codeRequest(code)))
  expectOneSuccess(answers.filter(isSuccess).length, answers)
  expect(answers.filter(({ status }) => ![200, 400, KILLED].includes(status))).toEqual([])
  expect(await grantsOf(grantId)).toEqual([{ revoked_at: expect.any(Number) }])
})

test('of a hundred polls with a device code one gets the tokens, while a replica is killed (73, V11)', async () => {
  const start = (await post('/device_authorization', DEVICE_REQUEST)).body as unknown as DeviceStart
  const agent = createUserAgent()
  const entry = await agent.open(start.verification_uri_complete)
  let consent = await agent.submit(entry, { press: /continue/i })
  if (consent.forms.some(({ fields }) => fields.some(({ type }) => type === 'password')))
    consent = await agent.submit(consent, { fill: { username: 'ada', password: PASSWORD } })

  const presses = await whileOneIsKilled(() => agent.submit(consent, { press: /^allow/i }))
  expect(presses.filter(isSuccess).length).toBeGreaterThan(0)
  const approvals = await replicas.store.read
    .selectFrom('security_events')
    .select('id')
    .where('event', '=', 'device-approved')
    .execute()
  expect(approvals).toHaveLength(1)

  const answers = await whileOneIsKilled(() => post('/token', pollRequest(start.device_code)))
  expectOneSuccess(answers.filter(isSuccess).length, answers)
  const { redeemed_at, grant_id } = await replicas.store.read
    .selectFrom('device_authorizations')
    .select(['redeemed_at', 'grant_id'])
    .executeTakeFirstOrThrow()
  expect(redeemed_at).not.toBeNull()
  expect(await grantsOf(grant_id)).toHaveLength(1)
})

test('a hundred uses of a refresh token advance its login once, and other logins lose nothing that was answered (59, V1, V2)', async () => {
  const logIn = async () => refreshTokenOf(await post('/token', codeRequest((await newCode()).code)))
  const { code, grantId } = await newCode()
  const first = await refreshTokenOf(await post('/token', codeRequest(code)))
  const others = await Promise.all([logIn(), logIn(), logIn()])
  let isOver = false
  const goOn = others.map(async (token) => {
    const answered = [token]
    while (!isOver) {
      const answer = await post('/token', refreshRequest(answered.at(-1) ?? ''))
      if (answer.status !== KILLED) answered.push(await refreshTokenOf(answer))
    }
    return answered
  })
  const answers = await whileOneIsKilled(() => post('/token', refreshRequest(first)))
  isOver = true
  const chains = await Promise.all(goOn)

  expect(answers.filter(({ status }) => ![200, KILLED].includes(status))).toEqual([])
  expect(await findGrant(replicas.store.read, grantId)).toMatchObject({ generation: 1, revokedAt: null })
  const [chosen, sibling] = await Promise.all(answers.filter(isSuccess).map(refreshTokenOf))
  const next = await refreshTokenOf(await post('/token', refreshRequest(chosen ?? '')))
  expect((await post('/token', refreshRequest(next))).status).toBe(200)
  expect(await post('/token', refreshRequest(sibling ?? ''))).toMatchObject({ status: 400 })

  for (const chain of chains) {
    expect(chain.length).toBeGreaterThan(1)
    await refreshTokenOf(await post('/token', refreshRequest(chain.at(-1) ?? '')))
    // Spent long ago, be it by a replica that is no more.
    expect((await post('/token', refreshRequest(chain[0] ?? ''))).status).toBe(400)
  }
})

test('of a hundred answers of a provider with one state one is taken, while a replica is killed (V9)', async () => {
  const agent = createUserAgent({ cannotReach: ({ origin }) => origin === provider.origin })
  const left = await agent.open(`${replicas.issuer}${authorizationPath({ provider: 'double' })}`)
  provider.claims = { nonce: left.url.searchParams.get('nonce') }
  const query = new URLSearchParams({ code: 'the-code', state: left.url.searchParams.get('state') ?? '' })
  const answers = await whileOneIsKilled(() =>
    agent.open(`${replicas.issuer}/auth/providers/double/callback?${query}`),
  )
  expectOneSuccess(provider.seen.filter(({ path }) => path === '/token').length, answers)
})

test('of a hundred people with one link one chooses the password, while a replica is killed', async () => {
  const context = { settings: { issuer: replicas.issuer }, store: replicas.store, now: Date.now }
  const path = await makePasswordLink(context as Parameters<typeof makePasswordLink>[0], account.id)
  const agent = createUserAgent()
  const page = await agent.open(`${replicas.issuer}${path}`)
  const choose = (index: number) => {
    const password = `${PASSWORD} ${index}`
    return agent.submit(page, { fill: { password, again: password } })
  }
  const visits = await whileOneIsKilled(choose)
  const winners = visits.flatMap((visit, index) => (hasChosen(visit) ? [index] : []))
  expectOneSuccess(winners.length, visits)
  const links = await replicas.store.read.selectFrom('password_links').select('used_at').execute()
  expect(links).toEqual([{ used_at: expect.any(Number) }])
  const { password_hash } = (await findAccount(replicas.store.read, account.id)) ?? account
  for (const index of winners)
    expect(await passwords.verify(password_hash ?? '', `${PASSWORD} ${index}`)).toBe(true)
})

const hasChosen = ({ url, status }: Visit) => status === 200 && url.pathname.endsWith('/signed-out')

test('of a hundred guesses no more than ten are looked at, while a replica is killed (80, V13)', async () => {
  const agent = createUserAgent()
  const page = await agent.open(`${replicas.issuer}${authorizationPath()}`)
  const fill = { username: 'ada', password: 'a guess' }
  const visits = await whileOneIsKilled(() => agent.submit(page, { fill }))
  const looks = visits.filter(isSuccess).length
  expect(looks).toBeLessThanOrEqual(10)
  expect(visits.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  expect((await agent.submit(page, { fill })).status).toBe(429)
})
