import { createHttp, HttpError } from '../../../src/http.js'

/** Gets the URL in its argument with the real HTTP client and the real environment; prints body or reason. */
const http = createHttp({
  env: process.env,
  userAgent: 'authcli/test',
  trace: () => {},
  now: Date.now,
  random: Math.random,
})
try {
  const { body } = await http({ method: 'GET', url: new URL(process.argv[2] ?? '') })
  process.stdout.write(body)
} catch (error) {
  process.stdout.write(error instanceof HttpError ? error.reason : String(error))
}
process.exit(0)
