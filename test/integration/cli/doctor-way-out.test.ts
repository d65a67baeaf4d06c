import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'
import { TEST_CERTIFICATE } from '../../support/test-certificate.js'

const doubles = useDoubles()

let server: Server
let secured: string
beforeAll(async () => {
  server = createServer(TEST_CERTIFICATE, (_request, response) => response.end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  secured = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function doctor(places: { api: string; issuer: string }, env: Record<string, string> = {}) {
  await placeLogin(doubles.home, places)
  const { exitCode, stdout } = await runAuthcli(doubles.home, ['doctor'], { env })
  return {
    exitCode,
    stdout,
    lineOf: (name: string) => stdout.split('\n').find((line) => line.slice(2).startsWith(`${name} `)),
  }
}

describe('authcli doctor, of a certificate that is not trusted,', () => {
  it('says so, where it is and what to do, and not who issued it (53)', async () => {
    const { exitCode, stdout, lineOf } = await doctor({ api: `${secured}/api`, issuer: secured })
    expect(exitCode).toBe(1)
    expect(lineOf('issuer')).toMatch(/^✗ .* can't be reached: its certificate is not trusted/)
    expect(lineOf('API')).toMatch(/^✗ .* can't be reached: its certificate is not trusted/)
    expect(lineOf('certificates')).toContain(`✗ certificates    ${secured}: its certificate is not trusted`)
    expect(stdout).toMatch(/→ let NODE_EXTRA_CA_CERTS name a file with your company's authority/)
    expect(stdout).not.toContain(TEST_CERTIFICATE.authorityName)
  })
})

describe('authcli doctor, of a proxy,', () => {
  it('says that it is on the way and does not answer, and names it to nobody (53)', async () => {
    const HTTPS_PROXY = 'http://ada:proxy-password@127.0.0.1:9'
    const places = { api: 'https://api.example.com', issuer: 'https://auth.example.com' }
    const { exitCode, stdout, lineOf } = await doctor(places, { HTTPS_PROXY })
    expect(exitCode).toBe(1)
    expect(lineOf('proxy')).toContain('✓ proxy           on the way, as the environment wants it')
    expect(lineOf('issuer')).toContain("can't be reached: connection refused")
    expect(stdout).not.toMatch(/\bada\b|proxy-password|127\.0\.0\.1:9\b/)
  })

  it('says that there is none on the way to this computer', async () => {
    const places = { api: doubles.api.resource, issuer: doubles.authService.issuer }
    const { exitCode, lineOf } = await doctor(places, { HTTP_PROXY: 'http://127.0.0.1:9' })
    expect(exitCode).toBe(0)
    expect(lineOf('proxy')).toContain('✓ proxy           none on the way')
    expect(lineOf('certificates')).toContain('– certificates    none on this computer')
  })
})
