import { randomInt } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import {
  createScriptedClient,
  readTokens,
  type ScriptedClient,
  type Tokens,
} from '../support/scripted-client.js'
import { type Services, startAuthService, startBackendApi, startServices } from '../support/services.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js'

const PEOPLE = 4
const KILLS = 6
/** A kill comes after so many answered writes, at most: at any moment of what the others have under way. */
const MAX_WRITES_BEFORE_KILL = 15
const SCOPE = 'openid offline_access items:read items:write'

let folder: TemporaryFolder
let services: Services
/** Resolved while both services run: who was not answered waits for it, instead of asking all the time. */
let restarting: Promise<void> = Promise.resolve()
afterEach(async () => {
  await services.stop()
  folder.remove()
})

/** One login that refreshes and writes for as long as it is told to, and remembers what was answered. */
interface Person {
  tokens: Tokens
  answeredItems: string[]
}

it('loses nothing that was answered when either service is killed at any moment and started again (28, 60, V2)', async () => {
  folder = makeTemporaryFolder('kill')
  services = await startServices({ folder: folder.path })
  const client = createScriptedClient({ issuer: services.issuer, resource: services.api, scope: SCOPE })
  const people: Person[] = []
  for (let count = 0; count < PEOPLE; count++)
    people.push({ tokens: await client.logIn(services.account), answeredItems: [] })
  const leaver = await client.logIn(services.account)
  expect(await client.revoke(leaver.refreshToken)).toBe(200)

  const traffic = createTraffic(client, services.api)
  const working = people.map((person) => traffic.keepWriting(person))
  for (let kill = 0; kill < KILLS; kill++) {
    await traffic.afterWrites(randomInt(1, MAX_WRITES_BEFORE_KILL))
    restarting = kill % 2 === 0 ? restartAuthService() : restartBackendApi()
    await restarting
  }
  traffic.stop()
  await Promise.all(working)

  for (const { tokens, answeredItems } of people) {
    const { accessToken } = readTokens(await client.refresh(tokens.refreshToken))
    const kept = await listAll(accessToken)
    expect(answeredItems.filter((id) => !kept.has(id))).toEqual([])
  }
  expect((await client.refresh(leaver.refreshToken)).body).toMatchObject({ error: 'invalid_grant' })
})

/** Many people who write at once, some of whose requests die with a service. */
function createTraffic(client: ScriptedClient, api: string) {
  let answered = 0
  let isOver = false
  const waiting = new Set<() => void>()
  const hasAnswered = () => {
    answered++
    for (const look of waiting) look()
  }
  return {
    stop: () => {
      isOver = true
    },
    /** Resolves when so many more writes have been answered. */
    afterWrites: (count: number) =>
      new Promise<void>((resolve) => {
        const goal = answered + count
        const look = () => {
          if (answered < goal) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      }),
    keepWriting: async (person: Person) => {
      // Whoever was not answered once by the end, which luck may bring, proves nothing yet.
      while (!isOver || person.answeredItems.length === 0) {
        const refreshed = await client.refresh(person.tokens.refreshToken).catch(() => undefined)
        // What was not answered may or may not have happened: the client goes on with what it has.
        if (refreshed?.status === 200) {
          person.tokens = readTokens(refreshed)
          hasAnswered()
        } else if (refreshed) expect(refreshed.status).toBeGreaterThanOrEqual(500)
        const id = await postItem(api, person.tokens.accessToken)
        if (id !== undefined) {
          person.answeredItems.push(id)
          hasAnswered()
        }
        if (!refreshed || id === undefined) await restarting
      }
    },
  }
}

/** The id of the new item; undefined when no service was there to answer. */
async function postItem(api: string, accessToken: string): Promise<string | undefined> {
  const response = await fetch(`${api}/items`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'written while something was killed' }),
  }).catch(() => undefined)
  if (!response || response.status >= 500) return undefined
  expect(response.status).toBe(201)
  const { id } = (await response.json()) as { id: string }
  return id
}

async function listAll(accessToken: string): Promise<Set<string>> {
  const ids = new Set<string>()
  const url = new URL(`${services.api}/items?limit=200`)
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    if (cursor) url.searchParams.set('cursor', cursor)
    const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(response.status).toBe(200)
    const page = (await response.json()) as { items: { id: string }[]; next?: string }
    for (const { id } of page.items) ids.add(id)
    cursor = page.next
  }
  return ids
}

async function restartAuthService(): Promise<void> {
  await services.authService.stop('SIGKILL')
  services.authService = startAuthService({ folder: folder.path, ports: ports() })
  await services.authService.line(/listening on http/)
}

async function restartBackendApi(): Promise<void> {
  await services.backendApi.stop('SIGKILL')
  services.backendApi = startBackendApi({ folder: folder.path, ports: ports() })
  await services.backendApi.line(/listening on http/)
}

function ports() {
  return {
    authService: Number(new URL(services.issuer).port),
    backendApi: Number(new URL(services.api).port),
  }
}
