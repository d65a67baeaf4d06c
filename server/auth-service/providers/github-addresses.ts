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

/** The API of github.com has a host of its own; that of a GitHub of one's own, a path. */
export function gitHubApi(issuer: string): string {
  return issuer === gitHubIssuer()
    ? 'https://api.github.com'
    : `${issuer.slice(0, -OAUTH_PATH.length)}/api/v3`
}
