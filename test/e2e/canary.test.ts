import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findSecrets, readTrails, type Secret, type Trail } from '../support/secrets.js'
import { parseDocument } from '../support/user-agent/forms.js'
import type { Exchange } from '../support/wire-tap.js'
import { type ObservedRun, observeRun } from './observed-run.js'

const SECRET_FILE = 'auth-service/secret'
/** Files whose purpose it is to hold one secret, for their owner only. */
const SEALED = ['dev.json', SECRET_FILE, 'auth-service/demo-password']

let run: ObservedRun
let secrets: Secret[]
beforeAll(async () => {
  run = await observeRun()
  secrets = issuedSecrets(run)
})
afterAll(() => run?.stop())

/** Every secret that passed between the programs during the run, or that they made for themselves. */
function issuedSecrets({ authService, services, folder }: ObservedRun): Secret[] {
  const devFile = JSON.parse(readFileSync(join(folder, 'dev.json'), 'utf8'))
  const onTheWire = authService.exchanges.flatMap((exchange) => [
    ...fieldsOf(exchange.body, ['code', 'code_verifier', 'refresh_token']),
    ...membersOf(exchange.responseBody, ['access_token', 'refresh_token', 'id_token']),
    ...cookiesOf(exchange),
    ...formTokensOf(exchange),
  ])
  const distinct = new Map(onTheWire.map((secret) => [secret.value, secret]))
  return [
    ...distinct.values(),
    { what: 'the password', value: services.account.password },
    { what: 'the introspection secret', value: devFile.clientSecret },
    { what: 'the secret of the AuthService', value: readFileSync(join(folder, SECRET_FILE), 'utf8').trim() },
  ]
}

function fieldsOf(body: string, names: readonly string[]): Secret[] {
  const parameters = new URLSearchParams(body)
  return names.flatMap((what) => {
    const value = parameters.get(what)
    return value === null || value.length < 20 ? [] : [{ what, value }]
  })
}

function membersOf(body: string, names: readonly string[]): Secret[] {
  if (!body.startsWith('{')) return []
  const document: Record<string, unknown> = JSON.parse(body)
  return names.flatMap((what) => {
    const value = document[what]
    return typeof value === 'string' ? [{ what, value }] : []
  })
}

function cookiesOf({ responseHeaders }: Exchange): Secret[] {
  return (responseHeaders['set-cookie'] ?? []).flatMap((line) => {
    const value = /^[^=]+=([^;]*)/.exec(line)?.[1]
    return value ? [{ what: 'a cookie', value }] : []
  })
}

function formTokensOf({ url, responseHeaders, responseBody }: Exchange): Secret[] {
  if (!responseHeaders['content-type']?.startsWith('text/html')) return []
  const fields = parseDocument(responseBody, url).forms.flatMap((form) => form.fields)
  return fields
    .filter(({ name }) => name === 'token')
    .map(({ value }) => ({ what: 'the token of a form', value }))
}

const found = (trails: readonly Trail[]) => trails.flatMap((trail) => findSecrets(secrets, trail))
const text = (where: string, content: string): Trail => ({ where, bytes: Buffer.from(content) })

it('knows every kind of secret that a run issues', () => {
  const kinds = new Set(secrets.map(({ what }) => what))
  expect([...kinds].sort()).toEqual([
    'a cookie',
    'access_token',
    'code',
    'code_verifier',
    'id_token',
    'refresh_token',
    'the introspection secret',
    'the password',
    'the secret of the AuthService',
    'the token of a form',
  ])
})

it('finds a secret in every spelling', () => {
  for (const { value } of secrets) {
    expect(findSecrets(secrets, text('a log', `{"url":"/x?y=${value}"}`))).not.toEqual([])
    expect(findSecrets(secrets, text('a log', encodeURIComponent(value)))).not.toEqual([])
  }
})

it('writes no secret to any log at the level trace, nor to the terminal (32, 53)', () => {
  const { authService, backendApi, account } = run.services
  const accountLine = `the demo account is ${account.username}, its password ${account.password}`
  expect(authService.output.stdout).toContain(accountLine)
  const calls = Object.entries(run.calls)
  expect(
    found([
      text(
        'the log of auth-service',
        authService.output.stdout.replace(accountLine, '') + authService.output.stderr,
      ),
      text('the log of backend-api', backendApi.output.stdout + backendApi.output.stderr),
      ...calls.map(([call, { stdout, stderr }]) => text(`the output of authcli (${call})`, stdout + stderr)),
    ]),
  ).toEqual([])
})

it('leaves no secret in any file but those that are made for one (32, 51, 53)', () => {
  const trails = readTrails(run.folder)
  const modes = SEALED.map((file) => statSync(join(run.folder, file)).mode & 0o777)
  expect(modes).toEqual(SEALED.map(() => 0o600))
  expect(trails.some(({ where }) => where.endsWith('.sqlite') || where.endsWith('.db'))).toBe(true)
  expect(found(trails.filter(({ where }) => !SEALED.includes(where)))).toEqual([])
})

it('shows no secret in the list of processes (53)', () => {
  expect(found([text('the list of processes', run.commandLines)])).toEqual([])
})

it('puts no secret into a page but into its own form (53)', () => {
  const pages = run.authService.exchanges.filter(({ responseHeaders }) =>
    responseHeaders['content-type']?.startsWith('text/html'),
  )
  expect(pages.length).toBeGreaterThanOrEqual(2)
  const withoutForms = pages.map(({ url, responseBody }) =>
    text(url.pathname, responseBody.replace(/<input type="hidden"[^>]*>/g, '')),
  )
  expect(found([...withoutForms, text('the last page', run.lastPage.text)])).toEqual([])
})

it('puts no secret into an address, but the code into the one redirect that is for it (53)', () => {
  const addresses = [
    ...run.visited.map(({ href }) => href),
    ...[...run.authService.exchanges, ...run.backendApi.exchanges].map(({ url }) => url.href),
  ]
  const withCode = addresses.filter((address) => new URL(address).searchParams.has('code'))
  expect(withCode).toHaveLength(1)
  const rest = addresses.filter((address) => !withCode.includes(address))
  expect(found(rest.map((address) => text(new URL(address).pathname, address)))).toEqual([])
})

it('puts no secret into the answer to a request that failed (53)', () => {
  const refusals = [...run.authService.exchanges, ...run.backendApi.exchanges].filter(
    ({ status }) => status >= 400,
  )
  expect(refusals.length).toBeGreaterThan(0)
  const answers = refusals.map(({ url, responseBody, responseHeaders }) =>
    text(url.pathname, responseBody + JSON.stringify(responseHeaders)),
  )
  expect(found(answers)).toEqual([])
})
