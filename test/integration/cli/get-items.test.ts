import { beforeEach, describe, expect, it } from 'vitest'
import { sendJson } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { logIn, TERMINAL } from '../../support/cli/logged-in.js'
import { closedStream, type RunOptions, runAuthcli } from '../../support/cli/run-authcli.js'

const NOW = Date.now()
const MINUTE = 60_000

const ITEMS = [
  {
    id: 'id-1',
    title: 'Buy bread',
    note: 'the dark one',
    createdAt: new Date(NOW - 5 * MINUTE).toISOString(),
  },
  { id: 'id-2', title: '日本語 – Grüße 🍮', createdAt: new Date(NOW - 90 * MINUTE).toISOString() },
  { id: 'id-3', title: 'Something else', createdAt: new Date(NOW - 10).toISOString(), done: true },
]

const doubles = useDoubles()
beforeEach(() => {
  doubles.api.pages = [ITEMS]
})

async function getItems(args: string[] = [], options: RunOptions = {}) {
  return await runAuthcli(doubles.home, ['get-items', ...args], { now: () => NOW, ...options })
}

describe('authcli get-items', () => {
  it('writes one JSON array with one item a line where nobody watches', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { exitCode, stdout, stderr } = await getItems()
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual(ITEMS)
    expect(stdout.split('\n')).toEqual([
      '[',
      ...ITEMS.map(() => expect.stringMatching(/^ {2}\{.*\},?$/)),
      ']',
      '',
    ])
    expect(stderr).toBe('')
  })

  it('writes one object a line with --jsonl, also on a terminal', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { stdout } = await getItems(['--jsonl'], { terminal: TERMINAL })
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(ITEMS)
  })

  it('shows a table on a terminal, and how many there are on stderr', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const { stdout, stderr } = await getItems([], { terminal: { columns: 80 }, env: { NO_COLOR: '1' } })
    expect(stdout).toBe(
      [
        'TITLE              NOTE          AGE  ID',
        'Buy bread          the dark one  5m   id-1',
        '日本語 – Grüße 🍮                1h   id-2',
        'Something else                   now  id-3',
        '',
      ].join('\n'),
    )
    expect(stderr).toBe('3 items\n')
  })

  it('marks up the table only where colour is wanted', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const escapeCharacter = '\u001b'
    expect((await getItems([], { terminal: TERMINAL })).stdout).toContain(escapeCharacter)
    expect((await getItems([], { terminal: TERMINAL, env: { TERM: 'dumb' } })).stdout).not.toContain(
      escapeCharacter,
    )
    expect((await getItems(['--json'], { terminal: TERMINAL })).stdout).not.toContain(escapeCharacter)
  })

  it('says nothing on stderr with --quiet', async () => {
    await logIn(doubles.home, doubles.api.resource)
    expect((await getItems(['--quiet'], { terminal: TERMINAL })).stderr).toBe('')
  })

  it.each([
    [[], '[]\n'],
    [['--jsonl'], ''],
  ])('writes an empty answer for no items with %j', async (args, expected) => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.pages = [[]]
    expect(await getItems(args)).toMatchObject({ exitCode: 0, stdout: expected })
  })

  it('tells a person that there are no items', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.pages = [[]]
    const { stdout, stderr } = await getItems([], { terminal: TERMINAL, env: { NO_COLOR: '1' } })
    expect([stdout, stderr]).toEqual(['', 'You have no items.\n'])
  })

  it('stops after the first page, and says that there is more', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.pages = [ITEMS.slice(0, 2), ITEMS.slice(2)]
    const { stdout, stderr } = await getItems([], { terminal: TERMINAL, env: { NO_COLOR: '1' } })
    expect(stdout).not.toContain('id-3')
    expect(stderr).toBe('2 items, and more: `authcli get-items --all`\n')
  })

  it('writes every page with --all, as one array', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.pages = ITEMS.map((item) => [item])
    expect(JSON.parse((await getItems(['--all'])).stdout)).toEqual(ITEMS)
  })

  it('writes a page before it asks for the next one', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.pages = ITEMS.map((item) => [item])
    let written = 0
    const askedAfter: number[] = []
    const stdout = closedStream('never')
    stdout._write = (_chunk, _encoding, done) => {
      written += 1
      askedAfter.push(doubles.api.tokensSeen.length)
      done()
    }
    await getItems(['--all'], { stdout })
    expect(askedAfter.slice(0, 3)).toEqual([1, 2, 3])
    expect(written).toBe(4)
  })

  it('leaves the array open when a page fails, so that nobody takes a part for the whole', async () => {
    await logIn(doubles.home, doubles.api.resource)
    doubles.api.lies.items = (response, request) =>
      request.url?.includes('cursor')
        ? response.writeHead(503).end()
        : sendJson(response, { items: ITEMS.slice(0, 1), next: '1' })
    const { exitCode, stdout, stderr } = await getItems(['--all'])
    expect(exitCode).toBe(5)
    expect(() => JSON.parse(stdout)).toThrow()
    expect(stderr).toMatch(/^authcli: the API can't answer right now \(503\)\nauthcli: hint: /)
  })

  it('lets no item act on the terminal', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const hostile = {
      id: '\u001b]52;c;cm0gLXJm\u0007',
      title: '\u001b[2J\u001b[31mred\u009b0m\r\nauthcli: logged out\u202e',
      note: '\u0008\u007f',
      createdAt: '\u001b[H',
    }
    doubles.api.pages = [[hostile]]
    for (const args of [[], ['--json'], ['--jsonl']]) {
      const { stdout } = await getItems(args, { terminal: { columns: 200 }, env: { NO_COLOR: '1' } })
      expect(stdout).toContain('red')
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
      expect(stdout).not.toMatch(/^authcli/m)
    }
    expect(JSON.parse((await getItems()).stdout)).toEqual([hostile])
  })

  it.each([40, 20, 1])('stays within %d columns', async (columns) => {
    await logIn(doubles.home, doubles.api.resource)
    const { stdout } = await getItems([], { terminal: { columns }, env: { NO_COLOR: '1' } })
    const widths = stdout.split('\n').map((line) => [...line].length)
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
  })

  it.each([['0'], ['201'], ['-1'], ['1.5'], ['1e2'], ['x'], ['']])('takes no limit of %j', async (limit) => {
    expect(await getItems(['--limit', limit])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('whole number from 1 to 200'),
    })
  })

  it('ends quietly when nobody reads any more', async () => {
    await logIn(doubles.home, doubles.api.resource)
    expect(await getItems([], { stdout: closedStream('EPIPE') })).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('says so when stdout takes nothing', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const run = await getItems([], { stdout: closedStream('ENOSPC') })
    expect(run).toMatchObject({ exitCode: 1, stderr: "authcli: stdout can't be written (ENOSPC)\n" })
  })
})
