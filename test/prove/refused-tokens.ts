import { createScriptedClient, readTokens } from '../support/scripted-client.js'
import type { Stage } from './stage.js'

/** Tokens that were refused once, and must be for ever. */
export interface RefusedTokens {
  /** Makes another login, ends it in one of the ways there are, and sees its tokens refused. */
  add(): Promise<void>
  /** Presents every one of them again and gives back how many were accepted. */
  accepted(): Promise<number>
  count(): number
}

const SCOPE = 'openid offline_access items:read'

export function createRefusedTokens({ gate, services }: Stage): RefusedTokens {
  const client = createScriptedClient({ issuer: gate.origin, resource: services.api, scope: SCOPE })
  const refreshTokens: string[] = []
  const accessTokens: string[] = []
  const isRefreshed = async (token: string) => (await client.refresh(token)).status === 200
  const isLetIn = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${services.api}/items`, { headers })).status === 200
  }
  const accepted = async () => {
    let count = 0
    for (const token of refreshTokens) count += (await isRefreshed(token)) ? 1 : 0
    for (const token of accessTokens) count += (await isLetIn(token)) ? 1 : 0
    return count
  }
  return {
    async add() {
      const first = await client.logIn(services.account)
      const second = readTokens(await client.refresh(first.refreshToken))
      const third = readTokens(await client.refresh(second.refreshToken))
      const isByTheft = refreshTokens.length % 4 === 2
      // The first one is spent by now. The third one is ended by its owner, or by a sibling of it that comes first.
      if (isByTheft) {
        const sibling = readTokens(await client.refresh(second.refreshToken))
        readTokens(await client.refresh(sibling.refreshToken))
      } else await client.revoke(third.refreshToken)
      refreshTokens.push(first.refreshToken, third.refreshToken)
      if (await isRefreshed(third.refreshToken)) throw new Error('a token that was ended is still good')
      accessTokens.push(third.accessToken)
      if ((await accepted()) > 0) throw new Error('a token that was ended is still good')
    },
    accepted,
    count: () => refreshTokens.length + accessTokens.length,
  }
}
