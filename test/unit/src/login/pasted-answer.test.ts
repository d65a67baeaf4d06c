import { describe, expect, it } from 'vitest'
import { type OpenRequest, readPastedAnswer } from '../../../../src/login/pasted-answer.js'

const ISSUER = 'https://auth.example'
const STATE = 'the-state-of-this-login'
const REDIRECT_URI = 'http://127.0.0.1:43123/callback'
const REQUEST: OpenRequest = {
  authorizationUrl: new URL(`${ISSUER}/authorize?client_id=authcli&state=${STATE}`),
  redirectUri: REDIRECT_URI,
  state: STATE,
  issuer: ISSUER,
  takesCodeAlone: false,
}
const QUERY = `code=the-code&state=${STATE}&iss=https%3A%2F%2Fauth.example`
const ANSWER = { code: 'the-code', state: STATE, iss: ISSUER }

/** The parameters that a text is read as, or the complaint about it. */
function read(text: string, request: Partial<OpenRequest> = {}) {
  const result = readPastedAnswer(text, { ...REQUEST, ...request })
  if ('problem' in result) return result.problem
  expect(result.answer.href.startsWith(`${REDIRECT_URI}?`)).toBe(true)
  return Object.fromEntries(result.answer.searchParams)
}

describe('readPastedAnswer', () => {
  it.each([
    ['the address', `${REDIRECT_URI}?${QUERY}`],
    ['the address without its scheme', `127.0.0.1:43123/callback?${QUERY}`],
    ['the address with blanks around it', `  ${REDIRECT_URI}?${QUERY} \t`],
    ['the address in quotes', `"${REDIRECT_URI}?${QUERY}"`],
    ['the address in brackets', `<${REDIRECT_URI}?${QUERY}>`],
    ['the address with a fragment that a browser added', `${REDIRECT_URI}?${QUERY}#_=_`],
    ['the address at another port, which a tunnel chose', `http://localhost:8080/callback?${QUERY}`],
    ['the query', QUERY],
    ['the query in another order', `state=${STATE}&code=the-code&iss=https%3A%2F%2Fauth.example`],
    ['the query with its mark', `?${QUERY}`],
  ])('reads %s', (_what, text) => {
    expect(read(text)).toEqual(ANSWER)
  })

  it('passes on an error, and any issuer, to be judged with the rest (85, 99)', () => {
    expect(read(`${REDIRECT_URI}?error=access_denied&state=${STATE}&iss=x`)).toEqual({
      error: 'access_denied',
      state: STATE,
      iss: 'x',
    })
  })

  it.each([
    ['another state', `code=the-code&state=another&iss=${ISSUER}`, /not the answer to this login/],
    ['another state in an error', `error=access_denied&state=another`, /not the answer to this login/],
    ['a state that only begins like ours', `code=the-code&state=${STATE}x`, /not the answer to this login/],
    ['two states', `code=the-code&state=${STATE}&state=${STATE}`, /not the answer to this login/],
    ['two codes', `code=a&code=b&state=${STATE}`, /not the answer to this login/],
    ['a code and an error', `code=a&error=b&state=${STATE}`, /not the answer to this login/],
    ['no state', 'code=the-code&iss=https://auth.example', /state is missing/],
    ['a code parameter alone', 'code=the-code', /state is missing/],
  ])('refuses a query with %s (12, 99)', (_what, query, problem) => {
    expect(read(`${REDIRECT_URI}?${query}`)).toMatch(problem)
    expect(read(query)).toMatch(problem)
    expect(read(query, { takesCodeAlone: true })).toMatch(problem)
  })

  it.each([
    ['the address to open', REQUEST.authorizationUrl.href, /that is the address to open/],
    ['the page before', `${ISSUER}/auth/sign-in?interaction=1`, /there is no code in that/],
    ['an address without a query', 'https://auth.example/', /there is no code in that/],
    ['nothing but words', 'what do I do now', /neither an address nor a code/],
    ['a short word', 'help', /neither an address nor a code/],
    ['very much', `${REDIRECT_URI}?${QUERY}&x=${'x'.repeat(20_000)}`, /too long/],
  ])('says what is wrong with %s', (_what, text, problem) => {
    expect(read(text)).toMatch(problem)
  })

  it('never repeats what was pasted', () => {
    for (const text of [`code=s3cret&state=x`, 's3cret-code', 's3 cret', `${ISSUER}?s3cret`]) {
      expect(read(text)).not.toMatch(/s3/)
    }
  })
})

describe('a code alone', () => {
  it('is refused where an API named the issuer: nothing says whose code it is (85, 99)', () => {
    expect(read('the-code-alone')).toMatch(/does not say where it is from/)
  })

  it('is taken where the person named the issuer, for the exchange to prove with PKCE and nonce', () => {
    const answer = { code: 'the-code-alone', state: STATE, iss: ISSUER }
    expect(read('the-code-alone', { takesCodeAlone: true })).toEqual(answer)
  })

  it.each([
    ['4%2F0AbCdEf-g', '4/0AbCdEf-g'],
    ['4/0AbCdEf-g', '4/0AbCdEf-g'],
    ['ab+cd+ef+gh==', 'ab+cd+ef+gh=='],
  ])('%s is %s', (text, code) => {
    expect(read(text, { takesCodeAlone: true })).toMatchObject({ code })
  })
})
