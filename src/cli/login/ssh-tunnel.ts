import type { SshSession } from './surroundings.js'

const SSH_PORT = 22

/**
 * The line that a person types at the computer where they sit, so that their browser's redirect reaches the
 * listener on this one. What is not known of this computer is left for them to fill in.
 */
export function sshTunnelLine(ssh: SshSession, redirectUri: URL): string {
  const { hostname, port } = redirectUri
  const isIpv6 = hostname.startsWith('[')
  const forward = `${isIpv6 ? `${hostname}:` : ''}${port}:${hostname}:${port}`
  const otherPort = ssh.port === undefined || ssh.port === SSH_PORT ? '' : `-p ${ssh.port} `
  const user = ssh.user === undefined ? '' : `${ssh.user}@`
  // Quoted for the shells that take brackets for a pattern.
  const argument = isIpv6 ? `'${forward}'` : forward
  return `ssh -N -L ${argument} ${otherPort}${user}${ssh.host ?? 'THIS-COMPUTER'}`
}
