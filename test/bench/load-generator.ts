/**
 * A load generator for where wrk is not installed: keeps each connection busy with one request at a time over a
 * bare socket, because an HTTP client in JavaScript would be slower than what it measures.
 *
 * Usage: load-generator URL TOKENS-FILE SECONDS CONNECTIONS
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

const [address = '', tokensFile = '', seconds = '1', connections = '1'] = process.argv.slice(2)
const url = new URL(address)
const requests = readFileSync(tokensFile, 'utf8')
  .trimEnd()
  .split('\n')
  .map((token) =>
    Buffer.from(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${token}\r\n\r\n`,
    ),
  )

let next = 0
let answers = 0
let failures = 0
let isOver = false

for (let count = 0; count < Number(connections); count += 1) keepBusy()
const startedAt = performance.now()
setTimeout(() => {
  isOver = true
  const requestsPerSecond = answers / ((performance.now() - startedAt) / 1000)
  process.stdout.write(`${JSON.stringify({ requestsPerSecond, failures })}\n`, () => process.exit(0))
}, Number(seconds) * 1000)

function keepBusy(): void {
  const socket = connect(Number(url.port), url.hostname)
  socket.setNoDelay(true)
  let received: Buffer = Buffer.alloc(0)
  const send = () => {
    const request = requests[next % requests.length]
    next += 1
    if (request) socket.write(request)
  }
  socket.on('connect', send)
  socket.on('error', () => {
    failures += 1
  })
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const end = answerLength(received)
    if (end === undefined || received.length < end || isOver) return
    if (received.toString('latin1', 9, 10) === '2') answers += 1
    else failures += 1
    received = received.subarray(end)
    send()
  })
}

/** How long the whole answer is, as soon as its header has arrived. */
function answerLength(received: Buffer): number | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, headEnd))?.[1]
  if (length === undefined) throw new Error('an answer without a length')
  return headEnd + 4 + Number(length)
}
