import { describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { filesOf } from '../../support/cli/home-files.js'
import { logIn, obedientBrowser, TERMINAL } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'

const doubles = useDoubles()

describe('authcli login, while it waits for a person', () => {
  it('prints the address before the browser is opened', async () => {
    let stderr = ''
    let printedBefore = ''
    await logIn(doubles.home, doubles.api.resource, [], {
      onTalk: (text) => {
        stderr = text
      },
      edges: {
        openBrowser: async (url) => {
          printedBefore = stderr
          await fetch(url)
        },
      },
    })
    expect(printedBefore).toContain(`\n${doubles.authService.issuer}/authorize?`)
  })

  it('goes on when no browser starts: the address is there', async () => {
    const run = await logIn(doubles.home, doubles.api.resource, [], {
      ...openPrinted(),
      edges: NOTHING_STARTS,
    })
    expect(run.stderr).toContain('the browser could not be opened (no browser here)')
  })

  it('goes on when the browser ends badly', async () => {
    const run = await logIn(doubles.home, doubles.api.resource, [], {
      ...openPrinted(),
      edges: {
        openBrowser: async (_url, onFailure) => onFailure('its launcher ended with exit code 3'),
      },
    })
    expect(run.stderr).toContain('exit code 3')
  })

  it('opens nothing with --no-browser', async () => {
    const browser = obedientBrowser()
    await logIn(doubles.home, doubles.api.resource, ['--no-browser'], { ...openPrinted(), edges: browser })
    expect(browser.opened).toEqual([])
  })

  it('prints the address with --quiet too, and little else', async () => {
    const { stderr } = await logIn(doubles.home, doubles.api.resource, ['--quiet'])
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Your browser opens this page/),
      expect.stringMatching(/^http:.*authorize/),
    ])
  })

  it.each([[['--no-browser']], [['--timeout', '60']], [['--no-browser', '--timeout', '60']]])(
    'waits without a terminal when told so with %j, and opens nothing',
    async (args) => {
      const browser = obedientBrowser()
      const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource, ...args], {
        ...openPrinted(),
        edges: browser,
      })
      expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('✓ logged in as demo') })
      expect(browser.opened).toEqual([])
    },
  )

  it('without a terminal asks nobody and nothing, and says what to do', async () => {
    let requests = 0
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      edges: {
        http: async () => {
          requests += 1
          throw new Error('nothing may be asked')
        },
      },
    })
    expect(run.exitCode).toBe(4)
    expect(run.stderr).toMatch(/^authcli: nobody is here to log in.*\nauthcli: hint: .*--no-browser.*\n$/)
    expect(requests).toBe(0)
  })

  it('ends with 130 at an interruption, and nothing is stored', async () => {
    const controller = new AbortController()
    let callback = ''
    const run = await runAuthcli(doubles.home, ['login', '--api', doubles.api.resource], {
      terminal: TERMINAL,
      signal: controller.signal,
      edges: {
        openBrowser: async (url) => {
          callback = url.searchParams.get('redirect_uri') ?? ''
          controller.abort()
        },
      },
    })
    expect(run.exitCode).toBe(130)
    expect(run.stderr).toContain('authcli:\u001b[39m interrupted')
    await expect(fetch(callback)).rejects.toThrow()
    expect(filesOf(doubles.home)).toEqual([])
  })

  it('ends when nobody comes within the time limit', async () => {
    const run = await runAuthcli(doubles.home, [
      'login',
      '--api',
      doubles.api.resource,
      '--no-browser',
      '--timeout',
      '1',
    ])
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toContain('nobody finished the login within 1 second')
  })
})

const NOTHING_STARTS = {
  openBrowser: async () => {
    throw new Error('no browser here')
  },
}

/** Opens the printed address, as a person does who copies it. */
function openPrinted() {
  let isOpened = false
  return {
    onTalk: (stderr: string) => {
      const address = /^http\S+\/authorize\S+$/m.exec(stderr)?.[0]
      if (isOpened || address === undefined) return
      isOpened = true
      void fetch(address)
    },
  }
}
