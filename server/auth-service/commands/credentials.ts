import type { Edges } from '../edges.js'

/** A client id and, where there is one, the secret that is never shown again. */
export interface Credentials {
  clientId: string
  clientSecret: string | undefined
}

/** Prints credentials to stdout; says on stderr, apart from the data, that this was the only time. */
export function printCredentials(
  { stdout, stderr }: Pick<Edges, 'stdout' | 'stderr'>,
  credentials: Credentials,
  json: boolean,
): void {
  const { clientId, clientSecret } = credentials
  if (json) stdout.write(`${JSON.stringify(credentials, null, 2)}\n`)
  else {
    stdout.write(`client id      ${clientId}\n`)
    if (clientSecret !== undefined) stdout.write(`client secret  ${clientSecret}\n`)
  }
  if (clientSecret !== undefined) {
    stderr.write('auth-service: keep the secret now: it is not stored here and not shown again\n')
  }
}
