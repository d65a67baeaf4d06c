import type { Mutant } from '../mutate.js'

const REDIRECTS = ['test/unit/src/api/redirects.test.ts']
const REQUEST = ['test/unit/src/cli/api/request.test.ts']

/** Where authcli's tokens and secrets go when scripts are at work. */
export const shell: readonly Mutant[] = [
  {
    name: 'a redirect takes the token to another host',
    file: 'src/api/redirects.ts',
    find: 'isOwn &&= isBelow(url, resource)',
    replace: '',
    tests: REDIRECTS,
  },
  {
    name: 'another host leads back into the API with a token',
    file: 'src/api/redirects.ts',
    find: 'isOwn &&= isBelow(url, resource)',
    replace: 'isOwn = isBelow(url, resource)',
    tests: REDIRECTS,
  },
  {
    name: "a redirect takes the person's headers to another host",
    file: 'src/api/redirects.ts',
    find: 'headers: harmless(request.headers)',
    replace: 'headers: request.headers ?? {}',
    tests: REDIRECTS,
  },
  {
    name: 'a redirect leads to plain http',
    file: 'src/api/redirects.ts',
    find: 'if (!isHttpsOrLoopback(url)) {',
    replace: 'if (false) {',
    tests: REDIRECTS,
  },
  {
    name: 'a remote API leads requests to a port of this computer',
    file: 'src/api/redirects.ts',
    find: 'if (isLoopback(url) && !isFromLoopback)',
    replace: 'if (false)',
    tests: REDIRECTS,
  },
  {
    name: 'a POST is sent on to where a redirect leads',
    file: 'src/api/redirects.ts',
    find: "['GET', 'HEAD'].includes(request.method) && ",
    replace: '',
    tests: REDIRECTS,
  },
  {
    name: "another host's page says which page of the API comes next",
    file: 'src/cli/api/api.ts',
    find: 'if (!response.isOwn) return',
    replace: '',
    tests: ['test/integration/cli/api.test.ts'],
  },
  {
    name: 'the next page may be anywhere',
    file: 'src/api/next-page.ts',
    find: 'next !== undefined && isBelow(next, resource)',
    replace: 'next !== undefined',
    tests: ['test/unit/src/api/next-page.test.ts'],
  },
  {
    name: 'authcli api takes the token to any address',
    file: 'src/api/bearer-stream.ts',
    find: 'requireBelow(request.url, resource)',
    replace: '',
    tests: ['test/integration/cli/api.test.ts'],
  },
  {
    name: 'a path climbs out of the resource between escaped slashes',
    file: 'src/api/below-resource.ts',
    find: '!climbs(url.pathname) &&',
    replace: '',
    tests: ['test/unit/src/api/bearer-fetch.test.ts'],
  },
  {
    name: 'a header of the person replaces the token or the length',
    file: 'src/cli/api/request.ts',
    find: "RESERVED_HEADERS.includes(name) || name.startsWith('proxy-')",
    replace: 'false',
    tests: REQUEST,
  },
  {
    name: 'a header of the person holds more than one line',
    file: 'src/cli/api/request.ts',
    find: 'if (!HEADER_VALUE.test(value))',
    replace: 'if (false)',
    tests: REQUEST,
  },
  {
    name: 'programs that authcli starts get its secrets',
    file: 'src/cli/secret-variables.ts',
    find: '!SECRET_VARIABLES.includes(name)',
    replace: 'name',
    tests: ['test/unit/src/cli/secret-variables.test.ts'],
  },
  {
    name: 'a token that ends too soon is given away',
    file: 'src/session/access-token-lifetime.ts',
    find: 'if (now + minimumSeconds * 1000 < expiresAt) return token',
    replace: 'if (expiresAt) return token',
    tests: ['test/unit/src/session/access-tokens.test.ts'],
  },
]
