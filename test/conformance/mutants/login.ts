import type { Mutant } from '../mutate.js'

const RACE = ['test/integration/login/login-race.test.ts', 'test/integration/login/device-grant.test.ts']
const DEVICE = ['test/unit/src/login/device-grant.test.ts']

/** What a login takes for an answer, and what it does beside the browser. */
export const login: readonly Mutant[] = [
  {
    name: 'an answer is pasted with any state',
    file: 'src/login/pasted-answer.ts',
    find: 'if (answersRequest(parameters, request.state)) return',
    replace: "if (parameters.has('state')) return",
    tests: ['test/unit/src/login/pasted-answer.test.ts'],
  },
  {
    name: 'a code alone is taken wherever it is from',
    file: 'src/login/pasted-answer.ts',
    find: 'if (!request.takesCodeAlone) {',
    replace: 'if (false) {',
    tests: ['test/unit/src/login/pasted-answer.test.ts'],
  },
  {
    name: 'a code alone is taken where an earlier API named the issuer',
    file: 'src/cli/login/login.ts',
    find: 'return issuer !== undefined && !isIssuerRemembered',
    replace: 'return issuer !== undefined',
    tests: ['test/integration/cli/login-ways.test.ts'],
  },
  {
    name: 'two requests for tokens of one login are made at once',
    file: 'src/login/first-tokens.ts',
    find: 'lastTurn = turn.catch(() => {})',
    replace: '',
    tests: RACE,
  },
  {
    name: 'tokens are asked for after the login is over',
    file: 'src/login/first-tokens.ts',
    find: 'over.signal.throwIfAborted()',
    replace: '',
    tests: RACE,
  },
  {
    name: 'a person who says no in the pasted answer is asked again',
    file: 'src/login/login-race.ts',
    find: ' || isRefusal(error)',
    replace: '',
    tests: RACE,
  },
  {
    name: 'the device grant begins though a browser is there',
    file: 'src/login/login-race.ts',
    find: "if (otherWays?.deviceGrant !== 'on-request') await",
    replace: 'await',
    tests: RACE,
  },
  {
    name: 'the wait for another device goes on after the browser was quicker',
    file: 'src/login/device-grant.ts',
    find: 'if (signal.aborted) return undefined',
    replace: '',
    tests: DEVICE,
  },
  {
    name: 'slow_down slows nothing down',
    file: 'src/login/device-grant.ts',
    find: 'intervalSeconds += SLOW_DOWN_SECONDS',
    replace: '',
    tests: DEVICE,
  },
  {
    name: 'an AuthService in trouble is asked as often as before',
    file: 'src/login/device-grant.ts',
    find: 'intervalSeconds = Math.min(intervalSeconds * 2, Math.max(MAX_BACK_OFF_SECONDS, intervalSeconds))',
    replace: '',
    tests: DEVICE,
  },
  {
    name: 'an expired device code is polled for',
    file: 'src/login/device-grant.ts',
    find: 'now() < expiresAt ? await inTurn(poll) : ',
    replace: 'true ? await inTurn(poll) : ',
    tests: DEVICE,
  },
  {
    name: 'a person is sent to any address to enter the code',
    file: 'src/login/device-grant.ts',
    find: 'if (!(verificationUri instanceof URL)) {',
    replace: 'if (false) {',
    tests: RACE,
  },
  {
    name: 'the code for another device moves the cursor',
    file: 'src/login/device-grant.ts',
    find: 'if (!USER_CODE.test(response.user_code))',
    replace: 'if (false)',
    tests: RACE,
  },
  {
    name: 'a browser is opened where nobody sees it',
    file: 'src/cli/login/can-open-browser.ts',
    find: 'if (ssh !== undefined) return false',
    replace: '',
    tests: ['test/unit/src/cli/login/way-of-login.test.ts'],
  },
  {
    name: 'a machine is waited for',
    file: 'src/cli/login/way-of-login.ts',
    find: 'hasTerminal && !isCi',
    replace: 'hasTerminal',
    tests: ['test/unit/src/cli/login/way-of-login.test.ts'],
  },
  {
    name: 'the environment writes the line for the other computer',
    file: 'src/cli/login/surroundings.ts',
    find: '...(ADDRESS.test(host) && { host }),',
    replace: 'host,',
    tests: ['test/unit/src/cli/login/surroundings.test.ts'],
  },
]
