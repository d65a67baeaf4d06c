import { describe, expect, it } from 'vitest'
import { sendFollowing } from '../../../../src/api/redirects.js'
import type { HttpStream, HttpStreamRequest } from '../../../../src/http.js'

/** An API and everybody else, who answer by address: with a redirect, or else with 200. */
function world(redirects: Record<string, string>, resource = 'https://api.example.com/v1', status = 302) {
  const sent: { to: string; withToken: boolean; headers: Record<string, string> | undefined }[] = []
  const discarded: string[] = []
  const answer =
    (withToken: boolean): HttpStream =>
    async ({ url, headers }) => {
      sent.push({ to: url.href, withToken, headers })
      const location = redirects[url.href]
      return {
        status: location === undefined ? 200 : status,
        statusText: '',
        headers: location === undefined ? {} : { location },
        headerLines: [],
        body: (async function* () {})(),
        discard: () => void discarded.push(url.href),
      }
    }
  const dependencies = { withToken: answer(true), withoutToken: answer(false) }
  const send = (request: Partial<HttpStreamRequest> = {}) =>
    sendFollowing(
      dependencies,
      {
        method: 'GET',
        url: new URL(`${resource}/a`),
        headers: { accept: '*/*', 'x-key': 'secret' },
        ...request,
      },
      resource,
    )
  return { sent, discarded, send }
}

const A = 'https://api.example.com/v1/a'
const B = 'https://api.example.com/v1/b'

describe('sendFollowing', () => {
  it('follows a redirect within the resource, with everything (100)', async () => {
    const { sent, discarded, send } = world({ [A]: '/v1/b' })
    const response = await send()
    expect({ ...response, url: response.url.href }).toMatchObject({ status: 200, url: B, isOwn: true })
    expect(sent).toEqual(
      [A, B].map((to) => ({ to, withToken: true, headers: { accept: '*/*', 'x-key': 'secret' } })),
    )
    expect(discarded).toEqual([A])
  })

  it.each([
    'https://elsewhere.example/file',
    'https://api.example.com/v2/file',
    'https://api.example.com:8443/v1/file',
    'https://api.example.com/v1/..%2Ffile',
  ])('takes no token and no header of the person to %s (100)', async (location) => {
    const { sent, send } = world({ [A]: location })
    await send()
    expect(sent[1]).toEqual({ to: location, withToken: false, headers: { accept: '*/*' } })
  })

  it('does not take the token up again where somebody else leads back (100)', async () => {
    const { sent, send } = world({ [A]: 'https://elsewhere.example/', 'https://elsewhere.example/': B })
    expect(await send()).toMatchObject({ isOwn: false })
    expect(sent.map(({ withToken }) => withToken)).toEqual([true, false, false])
  })

  it.each([
    ['http://api.example.com/v1/a', 'neither https nor'],
    ['ftp://api.example.com/a', 'neither https nor'],
    ['file:///etc/passwd', 'neither https nor'],
    ['http://127.0.0.1:8080/', 'to this computer'],
    ['https://localhost/', 'to this computer'],
    ['https://me:secret@elsewhere.example/', 'a password'],
  ])('does not go to %s', async (location, message) => {
    const { sent, send } = world({ [A]: location })
    await expect(send()).rejects.toThrow(message)
    expect(sent).toHaveLength(1)
  })

  it('goes to another port of this computer when the API is on it', async () => {
    const resource = 'http://127.0.0.1:9001'
    const { sent, send } = world({ [`${resource}/a`]: 'http://127.0.0.1:9002/' }, resource)
    await send()
    expect(sent[1]).toMatchObject({ to: 'http://127.0.0.1:9002/', withToken: false })
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'gives the redirect of a %s back',
    async (method) => {
      for (const status of [301, 302, 303, 307, 308]) {
        const { sent, send } = world({ [A]: B }, undefined, status)
        expect((await send({ method })).status).toBe(status)
        expect(sent).toHaveLength(1)
      }
    },
  )

  it('gives back the redirect of a GET that has a body', async () => {
    const { send } = world({ [A]: B })
    expect((await send({ body: 'q' })).status).toBe(302)
  })

  it('gives back a redirect that leads nowhere', async () => {
    const { send } = world({ [A]: 'https://' })
    expect((await send()).status).toBe(302)
  })

  it('ends a ring', async () => {
    const { sent, send } = world({ [A]: A })
    await expect(send()).rejects.toThrow('more than 5 times')
    expect(sent).toHaveLength(6)
  })
})
