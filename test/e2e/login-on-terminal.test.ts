import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyHome } from '../support/empty-home.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { type Services, startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js'
import { startTerminalSession, type TerminalSession } from '../support/terminal-session.js'

const servicesFolder = makeTemporaryFolder('login-on-terminal')
let services: Services
beforeAll(async () => {
  services = await startServices({ folder: servicesFolder.path })
})
afterAll(async () => {
  await services?.stop()
  servicesFolder.remove()
})

let home: TemporaryFolder
let session: TerminalSession
beforeEach(async () => {
  home = makeTemporaryFolder('home')
  session = await startTerminalSession({
    env: {
      ...emptyHome(home.path),
      AUTHCLI_STORE: 'file',
      AUTHCLI_STORE_KEY: randomBytes(32).toString('base64'),
      SSH_CONNECTION: '198.51.100.7 51234 203.0.113.5 22',
      USER: 'ada',
      LANG: 'C.UTF-8',
    },
  })
})
afterEach(async () => {
  await session?.close()
  home?.remove()
})

/** What is said last before the wait, and the address that was shown before it. */
async function waiting(): Promise<URL> {
  const [, address = ''] = await session.until(/\r\n(http\S+\/authorize\?\S+)\r\n/)
  await session.until(/Ctrl-C stops\./)
  return new URL(address)
}

/** The address at which the browser of another computer ends, where nothing listens. */
async function whereItEnds(authorizationUrl: URL): Promise<string> {
  const agent = createUserAgent({ cannotReach: ({ origin }) => origin !== services.issuer })
  const visit = await signIn(agent, authorizationUrl, services.account)
  expect([visit.status, visit.url.pathname]).toEqual([0, '/callback'])
  return visit.url.href
}

/** Does on another device what the terminal asks for, up to the button with this label. */
async function decideOnAnotherDevice(code: string, press: RegExp): Promise<string> {
  const agent = createUserAgent()
  const page = await agent.open(`${services.issuer}/auth/device`)
  const form = await agent.submit(page, { fill: { user_code: code } })
  const consent = await agent.submit(form, { fill: { ...services.account } })
  return (await agent.submit(consent, { press })).title
}

/** The code that is shown as plain text. */
async function shownCode(): Promise<string> {
  const [, code = ''] = await session.until(/ ([A-Z]{4}-[A-Z]{4})\r\n/)
  return code
}

/** The modes of the terminal that a program could have left behind, as the shell finds them. */
async function modes(): Promise<string[]> {
  session.enter(`stty -a | grep -oE -- '-?(icanon|isig|echo|icrnl|opost) ' | tr -d '\\n'; echo en''d`)
  const [, list = ''] = await session.until(/((?:-?[a-z]+ )+)end\r\n/)
  return list.trim().split(' ')
}

const COOKED = ['isig', 'icanon', 'echo'].sort()
const cookedModes = async () => (await modes()).filter((mode) => /isig|icanon|echo/.test(mode)).sort()

describe('authcli login over SSH', () => {
  it('logs in with the code that is entered on another device', async () => {
    session.enter(`authcli login --api ${services.api}; echo rc=$?`)
    const code = await shownCode()
    expect(await decideOnAnotherDevice(code, /^allow/i)).toMatch(/^Allowed/)
    await session.until(/✓.* logged in as/)
    await session.until(/rc=0\r/)
    session.enter('authcli get-items; echo rc=$?')
    await session.until(/rc=0\r/)
  })

  it('ends when it is declined on the other device', async () => {
    session.enter(`authcli login --api ${services.api} --device; echo rc=$?`)
    await decideOnAnotherDevice(await shownCode(), /^decline/i)
    await session.until(/the login was declined on the other device/)
    await session.until(/rc=1\r/)
  })

  it('logs in with the pasted address, however long, and shows nothing of it', async () => {
    session.enter(`authcli login --api ${services.api}; echo rc=$?`)
    const answer = new URL(await whereItEnds(await waiting()))
    const secret = answer.searchParams.get('code') ?? ''
    expect(secret.length).toBeGreaterThan(20)
    // A terminal that edits lines itself cuts them at 4096 characters.
    session.type(`${answer.origin}${answer.pathname}?padding=${'x'.repeat(10_000)}&${answer.searchParams}\r`)
    await session.until(/✓.* logged in as/)
    await session.until(/rc=0\r/)
    expect(session.shown()).not.toContain(secret)
    expect(session.shown()).not.toContain('xxxx')
    expect(await cookedModes()).toEqual(COOKED)
  })

  it('shows no control character of what is pasted, and takes the next', async () => {
    session.enter(`authcli login --api ${services.api}; echo rc=$?`)
    const address = await waiting()
    session.type('\u001b]0;title\u0007\u001b[2J\u009b31m mistake\r')
    await session.until(/that is neither an address nor a code/)
    const after = session.shown().split('Ctrl-C stops').at(-1)
    expect(after).not.toMatch(/title|mistake|\[2J|31m m/)
    session.enter(await whereItEnds(address))
    await session.until(/rc=0\r/)
  })
})

describe('the terminal of a login', () => {
  it.each([
    ['Ctrl-C', '\u0003', /interrupted/, 130],
    ['Ctrl-\\', '\u001c', /Quit/, 131],
  ])('is as it was after %s', async (_name, key, message, exitCode) => {
    session.enter(`authcli login --api ${services.api}`)
    await waiting()
    session.type(key)
    await session.until(message)
    session.enter('echo rc=$?')
    await session.until(new RegExp(`rc=${exitCode}\\r`))
    expect(await cookedModes()).toEqual(COOKED)
  })

  it.each(['TERM', 'HUP', 'INT'])('is as it was after SIG%s', async (signal) => {
    session.enter(`(echo pid=$BASHPID; exec $AUTHCLI login --api ${services.api})`)
    const [, pid] = await session.until(/pid=(\d+)/)
    await waiting()
    process.kill(Number(pid), `SIG${signal}`)
    await session.until(/interrupted/)
    expect(await cookedModes()).toEqual(COOKED)
  })

  it('is as it was after the time limit', async () => {
    session.enter(`authcli login --api ${services.api} --timeout 1; echo rc=$?`)
    await session.until(/nobody finished the login/)
    await session.until(/rc=1\r/)
    expect(await cookedModes()).toEqual(COOKED)
  })

  it('is the shell’s while the login is stopped with Ctrl-Z, and the login goes on with fg', async () => {
    session.enter(`authcli login --api ${services.api}; echo rc=$?`)
    const address = await waiting()
    session.type('\u001a')
    await session.until(/Stopped/)
    expect(await cookedModes()).toEqual(COOKED)
    session.enter('fg')
    await session.until(/authcli/)
    const answer = await whereItEnds(address)
    session.enter('wrong paste')
    await session.until(/neither an address nor a code/)
    session.enter(answer)
    await session.until(/✓.* logged in as/)
    session.enter('echo back')
    expect(await cookedModes()).toEqual(COOKED)
    expect(session.shown()).not.toContain(new URL(answer).searchParams.get('code'))
  })

  it('is left alone by a login that goes on in the background, and the browser is waited for there', async () => {
    session.enter(`authcli login --api ${services.api}; echo rc=$?`)
    const address = await waiting()
    session.type('\u001a')
    await session.until(/Stopped/)
    session.enter('bg')
    session.enter('jobs')
    await session.until(/Running/)
    await signIn(createUserAgent(), address, services.account)
    await session.until(/✓.* logged in as/)
  })

  it('is not taken by a login in the background, which waits for the browser there', async () => {
    session.enter(`authcli login --api ${services.api} &`)
    const address = await waiting()
    session.enter('jobs')
    await session.until(/Running/)
    await signIn(createUserAgent(), address, services.account)
    await session.until(/✓.* logged in as/)
  })
})
