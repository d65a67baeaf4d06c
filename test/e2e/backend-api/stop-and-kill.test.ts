import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { activeAnswer, sendJson } from '../../support/backend-api/auth-service-double.js'
import { type BuiltApi, prepareBuiltApi } from '../../support/backend-api/built-api.js'

let api: BuiltApi
beforeEach(async () => {
  api = await prepareBuiltApi()
})
afterEach(() => api.close())

it('SIGTERM lets a request in flight come to its end, takes no other, and exits with 0', async () => {
  const { program, url } = await api.start()
  const headers = await api.personAt(url)
  const asked = new Promise<() => void>((resolve) => {
    api.authService.answers.set('/introspect', (response) => {
      const token = api.authService.seen.at(-1)?.form.get('token') ?? ''
      resolve(() => sendJson(response, activeAnswer(token)))
    })
  })
  const inFlight = fetch(`${url}/items`, { headers })
  const letGo = await asked
  program.signal('SIGTERM')
  await expect
    .poll(() =>
      fetch(`${url}/healthz`).then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused')
  letGo()
  const response = await inFlight
  expect(response.status).toBe(200)
  expect((await response.json()) as object).toHaveProperty('items')
  expect(await program.exited).toEqual({ code: 0, signal: null })
})

it('SIGKILL at any instant loses no item that was answered', async () => {
  const answered = new Set<string>()
  for (const lifetimeMs of [40, 90, 170]) {
    const { program, url } = await api.start()
    const headers = { ...(await api.personAt(url)), 'content-type': 'application/json' }
    let isKilled = false
    const write = async () => {
      while (!isKilled) {
        const body = JSON.stringify({ title: 'kept' })
        const response = await fetch(`${url}/items`, { method: 'POST', headers, body })
        answered.add(((await response.json()) as { id: string }).id)
      }
    }
    const writers = Array.from({ length: 4 }, () =>
      write().catch((error) => {
        if (!isKilled) throw error
      }),
    )
    await expect.poll(() => answered.size).toBeGreaterThan(0)
    // Not a wait for something: the instant of the kill, which must not matter.
    await setTimeout(lifetimeMs)
    isKilled = true
    await program.stop('SIGKILL')
    await Promise.all(writers)
  }
  const { program, url } = await api.start()
  const found = new Set<string>()
  let next: string | undefined
  do {
    const query = next === undefined ? '' : `&cursor=${next}`
    const response = await fetch(`${url}/items?limit=200${query}`, { headers: await api.personAt(url) })
    const page = (await response.json()) as { items: { id: string }[]; next?: string }
    for (const { id } of page.items) found.add(id)
    next = page.next
  } while (next !== undefined)
  expect([...answered].filter((id) => !found.has(id))).toEqual([])
  expect(await program.stop()).toEqual({ code: 0, signal: null })
})
