import { expect, it } from 'vitest'
import { gitHubApi, gitHubIssuer } from '../../../../../server/auth-service/providers/github-addresses.js'

it.each([
  [undefined, 'https://github.com/login/oauth', 'https://api.github.com'],
  ['https://acme.ghe.com', 'https://acme.ghe.com/login/oauth', 'https://api.acme.ghe.com'],
  ['https://git.example/', 'https://git.example/login/oauth', 'https://git.example/api/v3'],
  ['https://git.example/hub', 'https://git.example/hub/login/oauth', 'https://git.example/hub/api/v3'],
  [
    'https://acme.ghe.com.example',
    'https://acme.ghe.com.example/login/oauth',
    'https://acme.ghe.com.example/api/v3',
  ],
])('finds what GitHub at %s calls itself, and its API', (base, issuer, api) => {
  expect(gitHubIssuer(base)).toBe(issuer)
  expect(gitHubApi(issuer)).toBe(api)
})
