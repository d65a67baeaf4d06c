import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn, obedientBrowser, TERMINAL } from '../../support/cli/logged-in.js'
import { type RunOptions, runAuthcli, testKeyboard } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

/** The environment of a person who sits elsewhere. */
const OVER_SSH = { DISPLAY: '', SSH_CONNECTION: '198.51.100.7 51234 203.0.113.5 22', USER: 'ada' }

const login = (args: string[], options: RunOptions) =>
  runAuthcli(doubles.home, ['login', '--api', doubles.api.resource, ...args], options)

/** Where a browser on another computer ends that opens the printed address. */
async function whereItEnds(stderr: string): Promise<string | undefined> {
  const address = /^http\S+\/authorize\S+$/m.exec(stderr)?.[0]
  if (address === undefined) return undefined
  const response = await fetch(address, { redirect: 'manual' })
  return response.headers.get('location') ?? ''
}

/** Does something once, as soon as this was said. */
function onceSaid(pattern: RegExp, act: (stderr: string) => unknown): (stderr: string) => void {
  let isDone = false
  return (stderr) => {
    if (isDone || !pattern.test(stderr)) return
    isDone = true
    // Whoever speaks may not listen yet.
    setImmediate(act, stderr)
  }
}

describe('authcli login over SSH', () => {
  it('opens no browser, shows a code at once, and the line that makes the redirect work (79)', async () => {
    const browser = obedientBrowser()
    doubles.authService.lies.devicePolls = ['authorization_pending']
    const { exitCode, stderr } = await login([], { terminal: TERMINAL, env: OVER_SSH, edges: browser })
    expect(exitCode).toBe(0)
    expect(browser.opened).toEqual([])
    const port = /127\.0\.0\.1%3A(\d+)%2Fcallback/.exec(stderr)?.[1]
    expect(stderr).toMatch(
      new RegExp(`^ssh -N -L ${port}:127\\.0\\.0\\.1:${port} ada@203\\.0\\.113\\.5$`, 'm'),
    )
    expect(stderr).toContain('WDJB-MJHT')
    expect(stderr).toContain(`${doubles.authService.issuer}/device`)
    expect(stderr).toContain('✓')
  })

  it('takes the address that the browser ends at, pasted, and shows none of it', async () => {
    const keyboard = testKeyboard()
    doubles.authService.lies.devicePolls = Array(10_000).fill('authorization_pending')
    let pasted = ''
    const { exitCode, stderr } = await login([], {
      terminal: TERMINAL,
      env: OVER_SSH,
      keyboard,
      onTalk: onceSaid(/Ctrl-C stops/, async (said) => {
        pasted = (await whereItEnds(said)) ?? ''
        keyboard.type(`${pasted}\r`)
      }),
    })
    expect(exitCode).toBe(0)
    expect(pasted).toContain('code=code-1')
    expect(stderr).not.toContain('code-1')
    expect(keyboard.isOpen()).toBe(false)
  })

  it('says how much is typed, never what', async () => {
    const keyboard = testKeyboard()
    doubles.authService.lies.devicePolls = Array(10_000).fill('authorization_pending')
    const { stderr } = await login([], {
      terminal: TERMINAL,
      env: OVER_SSH,
      keyboard,
      onTalk: onceSaid(/Ctrl-C stops/, async (said) => {
        const pasted = (await whereItEnds(said)) ?? ''
        for (const key of 'not\u001b[31m it') keyboard.type(key)
        keyboard.type('\r')
        keyboard.type(`${pasted}\r`)
      }),
    })
    expect(stderr).toContain('6 characters; Enter ends them')
    expect(stderr).toContain('authcli: that is neither an address nor a code')
    expect(stderr).not.toMatch(/not\S* it/)
  })
})

describe('authcli login without a display', () => {
  it('shows a code at once, and sends to any browser, with no line for a tunnel (79)', async () => {
    const browser = obedientBrowser()
    const { exitCode, stderr } = await login([], { terminal: TERMINAL, env: { DISPLAY: '' }, edges: browser })
    expect([exitCode, browser.opened]).toEqual([0, []])
    expect(stderr).toMatch(/WDJB-MJHT[\s\S]*\nOr open this page in any browser:\n/)
    expect(stderr).toContain('On another computer the last page does not load')
    expect(stderr).not.toContain('ssh')
  })
})

describe('a code alone, pasted', () => {
  const pasteCodeThenAll = (args: string[]) => {
    const keyboard = testKeyboard()
    doubles.authService.lies.devicePolls = Array(10_000).fill('authorization_pending')
    return runAuthcli(doubles.home, ['login', ...args], {
      terminal: TERMINAL,
      env: OVER_SSH,
      keyboard,
      onTalk: onceSaid(/Ctrl-C stops/, async (said) => {
        const address = await whereItEnds(said)
        keyboard.type(`${/code=([^&]+)/.exec(address ?? '')?.[1]}\r`)
        keyboard.type(`${address}\r`)
      }),
    })
  }
  const REFUSED = 'a code alone does not say where it is from'

  it('is taken with --issuer', async () => {
    const args = ['--api', doubles.api.resource, '--issuer', doubles.authService.issuer]
    const { exitCode, stderr } = await pasteCodeThenAll(args)
    expect(exitCode).toBe(0)
    expect(stderr).not.toContain(REFUSED)
  })

  it('is refused where the API names the issuer, and where it did so before (85, 99)', async () => {
    for (const args of [['--api', doubles.api.resource], []]) {
      const { exitCode, stderr } = await pasteCodeThenAll(args)
      expect(exitCode).toBe(0)
      expect(stderr).toContain(REFUSED)
    }
  })
})

describe('authcli login on a desktop', () => {
  it('shows a code when Enter is pressed', async () => {
    const keyboard = testKeyboard()
    const { exitCode, stderr } = await login([], {
      terminal: TERMINAL,
      keyboard,
      edges: { openBrowser: async () => {} },
      onTalk: onceSaid(/press Enter for a code/, () => keyboard.type('\r')),
    })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('WDJB-MJHT')
    expect(stderr).not.toContain('ssh')
  })

  it('shows a code by itself when the browser does not start', async () => {
    const { exitCode, stderr } = await login([], {
      terminal: TERMINAL,
      edges: {
        openBrowser: async () => {
          throw new Error('no browser here')
        },
      },
    })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('could not be opened (no browser here)')
    expect(stderr).toContain('WDJB-MJHT')
  })

  it('offers no code where the AuthService has none', async () => {
    doubles.authService.lies.metadata = { device_authorization_endpoint: undefined }
    const { stderr } = await logIn(doubles.home, doubles.api.resource)
    expect(stderr).not.toMatch(/Enter/)
    const device = await login(['--device'], { terminal: TERMINAL })
    expect(device).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/offers no login on another device/),
    })
  })

  it('lets go of the keyboard however it ends', async () => {
    const keyboard = testKeyboard()
    doubles.authService.lies.token = (response) => response.destroy()
    const { exitCode } = await login([], { terminal: TERMINAL, keyboard, edges: obedientBrowser() })
    expect([exitCode, keyboard.isOpen()]).toEqual([5, false])
  })
})

describe('authcli login --device', () => {
  it('shows a code and no address, on a terminal and without one', async () => {
    for (const terminal of [undefined, TERMINAL]) {
      const browser = obedientBrowser()
      const { exitCode, stderr } = await login(['--device'], {
        ...(terminal && { terminal }),
        edges: browser,
      })
      expect(exitCode).toBe(0)
      expect(stderr).toContain('WDJB-MJHT')
      expect(stderr).not.toContain('/authorize')
      expect(browser.opened).toEqual([])
    }
    expect(doubles.authService.authorizationRequests).toEqual([])
  })

  it('says in two lines what to do, to whoever reads it from a pipe', async () => {
    const { stderr } = await login(['--device', '--quiet'], {})
    expect(stderr).toBe(
      `Open this page on a phone or any other computer, and enter the code WDJB-MJHT there:\n` +
        `${doubles.authService.issuer}/device\n`,
    )
  })

  it.each([
    ['a terminal that is dumb', { TERM: 'dumb' }],
    ['a locale without blocks', { LC_ALL: 'C' }],
  ])('draws no picture on %s', async (_what, env) => {
    const { stderr } = await login(['--device'], { terminal: TERMINAL, env })
    expect(stderr).toContain('enter the code WDJB-MJHT there:')
    expect(stderr).not.toMatch(/[█▀▄]/)
  })

  it('is without colours when NO_COLOR is set', async () => {
    const { stderr } = await login(['--device'], { terminal: TERMINAL, env: { NO_COLOR: '1' } })
    expect(stderr).toMatch(/█▀▀▀▀▀█|█ ▄▄▄▄▄ █/)
    expect(stderr).not.toContain('\u001b[')
  })

  it.each([40, 80, 120])('breaks no word on a terminal of %d columns', async (columns) => {
    const { stderr } = await login(['--device', '--verbose'], { terminal: { columns } })
    const lines = stderr.split('\n').map((line) => stripVTControlCharacters(line))
    const tooWide = lines.filter(
      (line) => line.length > columns && !/^ *(http|authcli: trace)|^ {2}The session/.test(line),
    )
    expect(tooWide).toEqual([])
  })
})

describe('authcli login where a machine runs it', () => {
  it('waits for nobody, though it looks like a terminal', async () => {
    const run = await login([], { terminal: TERMINAL, env: { CI: 'true' } })
    expect(run).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/nobody is here to log in: CI is set/),
    })
  })
})
