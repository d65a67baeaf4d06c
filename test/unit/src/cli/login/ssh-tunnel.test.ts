import { describe, expect, it } from 'vitest'
import { sshTunnelLine } from '../../../../../src/cli/login/ssh-tunnel.js'

const IPV4 = new URL('http://127.0.0.1:43123/callback')
const IPV6 = new URL('http://[::1]:43123/callback')

describe('sshTunnelLine', () => {
  it.each([
    [{ user: 'ada', host: '203.0.113.5', port: 22 }, IPV4, 'ssh -N -L 43123:127.0.0.1:43123 ada@203.0.113.5'],
    [{ host: '203.0.113.5', port: 2222 }, IPV4, 'ssh -N -L 43123:127.0.0.1:43123 -p 2222 203.0.113.5'],
    [{}, IPV4, 'ssh -N -L 43123:127.0.0.1:43123 THIS-COMPUTER'],
    [{ user: 'ada' }, IPV4, 'ssh -N -L 43123:127.0.0.1:43123 ada@THIS-COMPUTER'],
    [{ host: '2001:db8::5' }, IPV6, "ssh -N -L '[::1]:43123:[::1]:43123' 2001:db8::5"],
  ])('of %j to %s is %s', (ssh, redirectUri, line) => {
    expect(sshTunnelLine(ssh, redirectUri)).toBe(line)
  })
})
