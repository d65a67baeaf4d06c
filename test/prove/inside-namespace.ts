import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * Runs in a network namespace of its own, in which nothing listens: relays ports of its loopback through sockets in
 * the file system, which do not belong to a namespace, and runs one program that uses them.
 *
 * `inside-namespace RELAYS PROGRAM ARGUMENT…`, RELAYS being JSON: `{ "port": "path of the socket" }`. Prints JSON with
 * the exit code and what the program wrote.
 */
const [relays = '{}', ...command] = process.argv.slice(2)
const listening = Object.entries(JSON.parse(relays) as Record<string, string>).map(async ([port, path]) => {
  const server = createServer((near) => {
    const far = connect(path)
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  }).listen(Number(port), '127.0.0.1')
  await once(server, 'listening')
})
await Promise.all(listening)

const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
const [stdout, stderr, [code]] = await Promise.all([
  text(child.stdout),
  text(child.stderr),
  once(child, 'exit') as Promise<[number | null]>,
])
process.stdout.write(JSON.stringify({ code, stdout, stderr }), () => process.exit(0))
