const GITHUB = 'https://github.com'
const OAUTH_PATH = '/login/oauth'

/** With this scope, the organizations that somebody belongs to are asked for. */
export const ORGANIZATIONS_SCOPE = 'read:org'

/** What a person and their addresses are read with. */
export const GITHUB_SCOPE = 'read:user user:email'

/** What GitHub, or a GitHub of one's own at this address, calls itself in an answer; its endpoints are below. */
export function gitHubIssuer(base: string = GITHUB): string {
  return base.replace(/\/+$/, '') + OAUTH_PATH
}

/** The API of a GitHub that GitHub runs has a host of its own; that of one's own, a path. */
export function gitHubApi(issuer: string): string {
  const base = issuer.slice(0, -OAUTH_PATH.length)
  const isRunByGitHub = base === GITHUB || /^https:\/\/[\w-]+\.ghe\.com$/.test(base)
  return isRunByGitHub ? base.replace('//', '//api.') : `${base}/api/v3`
}
