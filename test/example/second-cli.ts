/** A command line of its own, built on authcli: `notes login`, `notes list`, `notes add TEXT`, `notes logout`. */
import process from 'node:process'
import { AuthcliError, createSession } from 'authcli'

const say = (line: string) => process.stderr.write(`${line}\n`)
const api = process.env['NOTES_API'] ?? 'https://notes.example.com'
const notes = createSession({ application: 'notes', clientId: 'notes', api, tell: say })

const commands: Record<string, (...args: string[]) => Promise<unknown>> = {
  async login() {
    const { account } = await notes.login({ showUrl: (url) => say(`Log in at ${url}`) })
    say(`Welcome, ${account.name ?? account.subject}`)
  },
  async list() {
    const response = await notes.fetch('items?limit=200')
    const { items } = (await response.json()) as { items: { title: string }[] }
    for (const { title } of items) process.stdout.write(`${title}\n`)
  },
  async add(title) {
    const headers = { 'content-type': 'application/json' }
    const response = await notes.fetch('items', { method: 'POST', headers, body: JSON.stringify({ title }) })
    if (!response.ok) throw new Error(`the API answered ${response.status}`)
  },
  logout: () => notes.logout(),
}

const [name = '', ...args] = process.argv.slice(2)
try {
  const command = commands[name]
  if (command === undefined) throw new Error(`usage: notes ${Object.keys(commands).join('|')}`)
  await command(...args)
} catch (error) {
  say(`notes: ${error instanceof Error ? error.message : error}`)
  if (error instanceof AuthcliError && error.hint !== undefined) say(`notes: hint: ${error.hint}`)
  process.exitCode = 1
}
